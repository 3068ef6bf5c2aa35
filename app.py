"""What `streamlit run app.py` serves: the dashboard with its own routes and a guarded door.

The pages and their navigation are in `dashboard.py`.
"""

from pathlib import Path

from streamlit.starlette import App

from ui.server import middleware, routes

app = App(Path(__file__).with_name("dashboard.py"), routes=routes(), middleware=middleware())

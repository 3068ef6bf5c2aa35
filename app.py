"""What `streamlit run app.py` serves: the dashboard with its own routes and a guarded door.

The pages and their navigation are in `dashboard.py`.
"""

from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.starlette import App

from ui.server import middleware, routes

# Until `st.navigation` was called once, Streamlit takes a folder named ``pages`` for its old kind
# of multipage app: the first visitor would see the names of the files, and everything drawn twice.
PagesManager.uses_pages_directory = False

app = App(Path(__file__).with_name("dashboard.py"), routes=routes(), middleware=middleware())

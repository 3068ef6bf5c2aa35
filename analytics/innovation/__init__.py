"""The Indeks Inovasi Daerah and KIPP: what the data proves, what staff attach, what is missing."""

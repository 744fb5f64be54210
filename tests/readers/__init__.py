"""Several servers behind nginx, with the configuration of ``deploy/nginx.conf``."""

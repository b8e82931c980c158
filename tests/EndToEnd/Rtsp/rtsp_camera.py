"""An RTSP camera for tests: serves one H.264 file (Matroska) over and over on 127.0.0.1.  usage: rtsp_camera.py FILE PORT"""
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
path, port = sys.argv[1], sys.argv[2]
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(port)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(f'( filesrc location="{path}" ! matroskademux ! h264parse config-interval=1 ! rtph264pay name=pay0 pt=96 )')
factory.set_shared(False)
server.get_mount_points().add_factory("/belt", factory)
server.attach(None)
print(f"rtsp://127.0.0.1:{port}/belt", flush=True)
GLib.MainLoop().run()

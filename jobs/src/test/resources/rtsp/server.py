"""A live RTSP camera on loopback, from GStreamer's server library; prints its port. Argument: the port, 0 for any."""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
camera = GstRtspServer.RTSPMediaFactory()
camera.set_launch(
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=160,height=128,framerate=10/1"
    " ! jpegenc ! rtpjpegpay name=pay0 )"
)
camera.set_shared(True)
server.get_mount_points().add_factory("/camera", camera)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()

// The product's own platform: signals, /proc, file modes.
[assembly: global::System.Runtime.Versioning.SupportedOSPlatform("linux")]

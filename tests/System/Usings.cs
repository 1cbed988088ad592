global using System.Net;
global using System.Text.Json.Nodes;

// The product's own platform: signals, /proc, file modes.
[assembly: global::System.Runtime.Versioning.SupportedOSPlatform("linux")]

// Each test owns processes and ports on a machine of two cores.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

// The official C# SDK as its own template has it: stateless, one tool, no control at all.
using Platform.Bench.BareSdk;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddMcpServer().WithHttpTransport(options => options.Stateless = true).WithTools<EchoTool>();
var app = builder.Build();
app.MapMcp("/mcp");
app.MapGet("/health/ready", () => "ready");
await app.RunAsync();

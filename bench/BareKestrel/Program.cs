// The limit: what Kestrel can do at all for one tools/call of an echo tool. No routing, no middleware, no control; the body is read from the pipe
// with Utf8JsonReader and the answer is written into the response's pipe with a pooled Utf8JsonWriter.
using Platform.Bench.BareKestrel;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(options => options.AddServerHeader = false);
var app = builder.Build();
app.Run(EchoEndpoint.HandleAsync);
await app.RunAsync();

using System.ComponentModel;
using ModelContextProtocol.Server;

namespace Platform.Bench.BareSdk;

[McpServerToolType]
internal sealed class EchoTool
{
    [McpServerTool(Name = "echo"), Description("Returns the message.")]
    public static string Echo([Description("What to return.")] string message) => message;
}

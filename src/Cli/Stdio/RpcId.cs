using System.Globalization;
using System.Text.Json;

namespace Platform.Cli.Stdio;

/// <summary>A JSON-RPC id by its value: MCP allows strings and integers, and never null. <c>"1"</c> and <c>1</c> are two ids.</summary>
internal readonly record struct RpcId
{
    private RpcId(string? text, long number) => (Text, Number) = (text, number);

    public string? Text { get; }

    public long Number { get; }

    public static RpcId Of(string text) => new(text, 0);

    public static bool TryRead(JsonElement element, out RpcId id)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            id = new RpcId(element.GetString(), 0);
            return true;
        }

        var isInteger = element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) ? number : (long?)null;
        id = new RpcId(null, isInteger.GetValueOrDefault());
        return isInteger is not null;
    }

    public void Write(Utf8JsonWriter writer, string name)
    {
        if (Text is not null)
        {
            writer.WriteString(name, Text);
        }
        else
        {
            writer.WriteNumber(name, Number);
        }
    }

    public override string ToString() => Text is null ? Number.ToString(CultureInfo.InvariantCulture) : $"\"{Text}\"";
}

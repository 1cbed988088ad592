using System.Text.Json;
using Platform.Api.Validation;

namespace Platform.Fuzz.Targets;

/// <summary>What the guard accepts, the strictest reader of the framework reads; a batch is worth what its messages are worth.</summary>
internal sealed class JsonGuardTarget
{
    private static readonly JsonLimits Lowered = new() { MaxDepth = 4, MaxProperties = 8, MaxStringLength = 64, MaxItems = 4, MaxNodes = 32, MaxNumberLength = 16, MaxBatch = 2 };

    public static void Run(byte[] input)
    {
        var single = JsonGuard.Check(input, JsonLimits.Default);
        var either = JsonGuard.Check(input, JsonLimits.Default, allowBatch: true);
        BrokenRuleException.Unless(!single.Accepted || either == single, "Allowing batches changed the verdict on a single message.");
        BrokenRuleException.Unless(single.Accepted || either.IsBatch || !either.Accepted, "Allowing batches let a single message in.");
        BrokenRuleException.Unless(either.Offset >= 0 && either.Offset <= input.Length, "The offset is outside of the body.");
        BrokenRuleException.Unless(!JsonGuard.Check(input, Lowered, allowBatch: true).Accepted || either.Accepted, "Lowered limits let more in.");
        _ = JsonRefusal.Of(either.Fault, JsonLimits.Default);
        if (!either.Accepted)
        {
            return;
        }

        using var document = JsonDocument.Parse(input.AsMemory(), new JsonDocumentOptions { MaxDepth = 11, AllowDuplicateProperties = false });
        BrokenRuleException.Unless(document.RootElement.ValueKind == (either.IsBatch ? JsonValueKind.Array : JsonValueKind.Object), "The verdict names the wrong root.");
        Visit(document.RootElement);
        if (either.IsBatch)
        {
            foreach (var message in document.RootElement.EnumerateArray())
            {
                BrokenRuleException.Unless(JsonGuard.Check(JsonSerializer.SerializeToUtf8Bytes(message), JsonLimits.Default).Accepted, "A batch holds a message that is refused alone.");
            }
        }
    }

    // Every text and number can be read by whoever comes later.
    private static void Visit(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    _ = property.Name;
                    Visit(property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Visit(item);
                }

                break;
            case JsonValueKind.String:
                BrokenRuleException.Unless(value.GetString()!.Length <= 10_000, "A string is longer than the limit.");
                break;
            case JsonValueKind.Number:
                BrokenRuleException.Unless(double.IsFinite(value.GetDouble()), "A number is not finite.");
                break;
        }
    }
}

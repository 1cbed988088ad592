using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Api.Validation;

namespace Platform.Api.Tests.Validation;

/// <summary>What <see cref="JsonGuard"/> must accept, written for obviousness instead of speed.</summary>
internal static class SlowGuard
{
    public static bool Accepts(byte[] body, JsonLimits limits, bool allowBatch = false)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body);
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 1000 });
            var nodes = 0;
            var root = document.RootElement;
            JsonElement[] messages = allowBatch && root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : [root];
            var passes = messages.Length >= 1 && messages.Length <= limits.MaxBatch;
            foreach (var message in messages)
            {
                passes = message.ValueKind == JsonValueKind.Object && Accepts(message, 1, limits, ref nodes) && passes;
            }

            return passes && nodes <= limits.MaxNodes;
        }
        catch (Exception refused) when (refused is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool Accepts(JsonElement value, int depth, JsonLimits limits, ref int nodes)
    {
        nodes++;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var names = value.EnumerateObject().Select(property => property.Name).ToList();
                var passes = depth <= limits.MaxDepth
                    && names.Count <= limits.MaxProperties
                    && names.Distinct(StringComparer.Ordinal).Count() == names.Count
                    && names.TrueForAll(name => name.Length <= limits.MaxStringLength);
                foreach (var property in value.EnumerateObject())
                {
                    passes = Accepts(property.Value, depth + 1, limits, ref nodes) && passes;
                }

                return passes;
            case JsonValueKind.Array:
                var accepted = depth <= limits.MaxDepth && value.GetArrayLength() <= limits.MaxItems;
                foreach (var item in value.EnumerateArray())
                {
                    accepted = Accepts(item, depth + 1, limits, ref nodes) && accepted;
                }

                return accepted;
            case JsonValueKind.String:
                return value.GetString()!.Length <= limits.MaxStringLength;
            case JsonValueKind.Number:
                var text = value.GetRawText();
                return text.Length <= limits.MaxNumberLength && double.IsFinite(double.Parse(text, CultureInfo.InvariantCulture));
            default:
                return true;
        }
    }
}

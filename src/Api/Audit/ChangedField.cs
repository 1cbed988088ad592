using System.Text.Json;

namespace Platform.Api.Audit;

/// <summary>One member of an object; absent where it has no value.</summary>
internal sealed record ChangedField(JsonElement? Before, JsonElement? After);

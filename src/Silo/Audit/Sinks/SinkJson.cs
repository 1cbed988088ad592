using System.Text.Json.Serialization;

namespace Platform.Silo.Audit.Sinks;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<SinkStatus>))]
internal sealed partial class SinkJson : JsonSerializerContext;

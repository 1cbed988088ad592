using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Platform.Abstractions.Idempotency;

namespace Platform.Api.Management;

/// <summary>Writes answers without their members that are <see cref="RevealedOnceAttribute">revealed once</see>.</summary>
internal sealed class RevealingJson(JsonSerializerOptions options)
{
    private readonly JsonSerializerOptions _options = new(options) { TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(Hide) };

    public string Write(object value) => JsonSerializer.Serialize(value, value.GetType(), _options);

    private static void Hide(JsonTypeInfo type)
    {
        foreach (var member in type.Properties.Where(member => member.AttributeProvider?.IsDefined(typeof(RevealedOnceAttribute), inherit: true) == true))
        {
            member.ShouldSerialize = static (_, _) => false;
        }
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Platform.Abstractions.Idempotency;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.OpenApi;

/// <summary>
/// The schemas of everything on the wire, from the same contracts that the serializer works with. What it cannot describe it refuses: no type of the API is described as "anything" by mistake.
/// </summary>
internal sealed class SchemaBook(JsonSerializerOptions json, BodyRules rules)
{
    /// <summary>No text and no list is longer than the largest body.</summary>
    private const int Most = 1024 * 1024;

    /// <summary>What every reader of JSON takes exactly (RFC 8259, section 6).</summary>
    private const long MostExact = 9_007_199_254_740_991;

    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Type> _named = new(StringComparer.Ordinal);
    private readonly HashSet<Type> _asked = [];

    /// <summary>Says that a type is read from requests. Do so for all of them before the first <see cref="Of"/>.</summary>
    public void Ask(Type type)
    {
        var info = json.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        if (info.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary)
        {
            Ask(info.ElementType!);
        }
        else if (info.Kind == JsonTypeInfoKind.Object && _asked.Add(info.Type))
        {
            rules.Read(info.Type);
            foreach (var member in info.Properties.Where(member => !IsHidden(member)))
            {
                Ask(member.PropertyType);
            }
        }
    }

    /// <summary>The schema of a type, by reference where it has a name.</summary>
    public JsonObject Of(Type type)
    {
        var info = json.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => Reference(info),
            JsonTypeInfoKind.Enumerable => new JsonObject { ["type"] = "array", ["items"] = Of(info.ElementType!), ["maxItems"] = Most },
            JsonTypeInfoKind.Dictionary => new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(info.ElementType!), ["maxProperties"] = Most },
            _ when info.Type.IsEnum => Reference(info),
            _ => Value(info.Type),
        };
    }

    public JsonObject Write()
    {
        var all = new JsonObject();
        foreach (var (name, schema) in _schemas)
        {
            all[name] = schema;
        }

        return all;
    }

    private static JsonObject Value(Type type) =>
        type == typeof(string) || type == typeof(Uri) ? new JsonObject { ["type"] = "string", ["maxLength"] = Most }
        : type == typeof(bool) ? new JsonObject { ["type"] = "boolean" }
        : type == typeof(int) ? new JsonObject { ["type"] = "integer", ["format"] = "int32", ["minimum"] = int.MinValue, ["maximum"] = int.MaxValue }
        : type == typeof(long) ? new JsonObject { ["type"] = "integer", ["format"] = "int64", ["minimum"] = -MostExact, ["maximum"] = MostExact }
        : type == typeof(double) || type == typeof(decimal) ? new JsonObject { ["type"] = "number", ["format"] = "double" }
        : type == typeof(DateTimeOffset) ? new JsonObject { ["type"] = "string", ["format"] = "date-time", ["maxLength"] = 40 }
        : type == typeof(DateOnly) ? new JsonObject { ["type"] = "string", ["format"] = "date", ["maxLength"] = 10 }
        : type == typeof(TimeSpan) ? new JsonObject { ["type"] = "string", ["pattern"] = @"^-?(\d+\.)?\d{2}:\d{2}:\d{2}(\.\d{1,7})?$", ["maxLength"] = 26 }
        : type == typeof(Guid) ? new JsonObject { ["type"] = "string", ["format"] = "uuid", ["maxLength"] = 36 }
        : type == typeof(byte[]) ? new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64", ["maxLength"] = Most }
        : type == typeof(TenantId) ? new JsonObject { ["type"] = "string", ["pattern"] = "^(_sys|[a-z0-9]{8,26})$", ["maxLength"] = 26 }
        : type == typeof(JsonElement) ? []
        : throw new NotSupportedException($"The description of the API does not know how {type} looks on the wire.");

    private JsonObject Reference(JsonTypeInfo info)
    {
        var name = Name(info.Type);
        if (_named.TryAdd(name, info.Type))
        {
            _schemas[name] = [];
            _schemas[name] = info.Type.IsEnum ? Words(info.Type) : Members(info);
        }
        else if (_named[name] != info.Type)
        {
            throw new InvalidOperationException($"{info.Type} and {_named[name]} would both be called {name} in the description of the API.");
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    private JsonObject Words(Type type) => new()
    {
        ["type"] = "string",
        ["enum"] = new JsonArray([.. Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, type, json))]),
    };

    private JsonObject Members(JsonTypeInfo info)
    {
        var asked = _asked.Contains(info.Type);
        var members = new JsonObject();
        var required = new JsonArray();
        foreach (var member in info.Properties.Where(member => !IsHidden(member)))
        {
            var rule = rules.Of(info.Type, member.Name);
            var schema = Of(member.PropertyType);
            rule.Narrow(schema);
            if (IsRevealedOnce(member))
            {
                schema["description"] = "In the first answer alone: a replay does not tell it again.";
            }

            members[member.Name] = asked && !rule.IsRequired && TakesNull(member) ? OrNull(schema) : schema;
            if (asked ? rule.IsRequired || IsAskedFor(member) : IsAlwaysTold(member))
            {
                required.Add(member.Name);
            }
        }

        var all = new JsonObject { ["type"] = "object", ["properties"] = members, ["additionalProperties"] = false };
        if (required.Count > 0)
        {
            all["required"] = required;
        }

        return all;
    }

    private static JsonObject OrNull(JsonObject schema)
    {
        if (schema["type"] is JsonValue type)
        {
            schema["type"] = new JsonArray(type.GetValue<string>(), "null");
            return schema;
        }

        return schema.ContainsKey("$ref") ? new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) } : schema;
    }

    private static bool IsAskedFor(JsonPropertyInfo member) => member.IsRequired || member.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false };

    // Nulls are not written.
    private static bool IsAlwaysTold(JsonPropertyInfo member) =>
        Nullable.GetUnderlyingType(member.PropertyType) is null && member.PropertyType != typeof(JsonElement) && (member.PropertyType.IsValueType || !member.IsGetNullable) && !IsRevealedOnce(member);

    private static bool TakesNull(JsonPropertyInfo member) =>
        Nullable.GetUnderlyingType(member.PropertyType) is not null || (!member.PropertyType.IsValueType && (member.AssociatedParameter?.IsNullable ?? member.IsSetNullable));

    private static bool IsHidden(JsonPropertyInfo member) =>
        (member.Get is null && member.Set is null) || member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.Always }, ..];

    private static bool IsRevealedOnce(JsonPropertyInfo member) => member.AttributeProvider?.IsDefined(typeof(RevealedOnceAttribute), inherit: true) == true;

    private static string Name(Type type)
    {
        if (!type.IsGenericType)
        {
            return type.Name;
        }

        var item = Name(type.GetGenericArguments()[0]);
        return type.GetGenericTypeDefinition() == typeof(PageOf<>) ? item + "Page"
            : type.GetGenericTypeDefinition() == typeof(ListOf<>) ? item + "List"
            : throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture, $"{type} has no name in the description of the API."));
    }
}

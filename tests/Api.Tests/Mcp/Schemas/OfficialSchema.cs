using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Tests.Mcp.Schemas;

/// <summary>
/// A revision's official schema, from shared/data beside the checkout, judged by the product's own validator. The three oldest are draft-07: they use only
/// keywords that mean the same in 2020-12, so <c>definitions</c> is renamed and nothing else changed. <c>format</c> is an annotation in either.
/// </summary>
internal sealed class OfficialSchema
{
    private readonly JsonObject _definitions;
    private readonly Dictionary<string, CompiledSchema> _compiled = new(StringComparer.Ordinal);

    public OfficialSchema(string revision)
    {
        var text = File.ReadAllText(Path.Combine(Folder(), revision + ".json")).Replace("#/definitions/", "#/$defs/", StringComparison.Ordinal);
        var root = JsonNode.Parse(text)!.AsObject();
        _definitions = (root["$defs"] ?? root["definitions"])!.AsObject();
    }

    public bool Has(string definition) => _definitions.ContainsKey(definition);

    /// <summary>What is wrong with an instance; null when it conforms.</summary>
    public string? Fault(string definition, JsonElement instance)
    {
        SchemaError error = default;
        return Compile(definition).Validate(JsonSerializer.SerializeToUtf8Bytes(instance), ref error) ? null : $"{definition}: '{error.Path}' {error.Message} ({error.Keyword})";
    }

    private CompiledSchema Compile(string definition)
    {
        if (_compiled.TryGetValue(definition, out var known))
        {
            return known;
        }

        // Only what the definition refers to, and without its prose: the validator bounds the schemas of tenants, and is not unbounded for ours.
        var needed = new JsonObject();
        Gather(definition, needed);
        var schema = new JsonObject { ["$ref"] = $"#/$defs/{definition}", ["$defs"] = needed };
        var compiles = SchemaCompiler.TryCompile(JsonSerializer.SerializeToUtf8Bytes(schema), out var compiled, out var fault);
        Assert.True(compiles, $"{definition}: {fault}");
        return _compiled[definition] = compiled!;
    }

    private void Gather(string definition, JsonObject needed)
    {
        if (needed.ContainsKey(definition))
        {
            return;
        }

        var copy = _definitions[definition]!.DeepClone();
        needed[definition] = copy;
        Walk(copy, isNames: false, needed);
    }

    private void Walk(JsonNode? node, bool isNames, JsonObject needed)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                Walk(item, isNames: false, needed);
            }
        }

        if (node is not JsonObject members)
        {
            return;
        }

        if (!isNames)
        {
            members.Remove("description");
            if (members["$ref"] is { } reference)
            {
                Gather(reference.GetValue<string>()["#/$defs/".Length..], needed);
            }
        }

        foreach (var (name, member) in members)
        {
            Walk(member, !isNames && name == "properties", needed);
        }
    }

    private static string Folder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "shared", "data", "mcp-schema");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException("shared/data/mcp-schema is not beside the checkout; without it nobody knows whether replies conform.");
    }
}

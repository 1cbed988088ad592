using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>One schema of a document. Its pointer is unique: within other documents than the tenant's it begins with their URI.</summary>
internal sealed record SchemaPlace(JsonElement Source, string Pointer, SchemaResource Resource);

/// <summary>
/// All places, resources and anchors of the documents in use, collected before anything is compiled, because a reference may
/// name what comes later. Works from a queue, so nesting exhausts no stack.
/// </summary>
internal sealed class SchemaIndex(SchemaDocuments documents, Action<SchemaFaultKind, string, string> refuse)
{
    private const string OwnUri = "schema:///";

    private readonly Dictionary<string, SchemaPlace> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaResource> _resources = new(StringComparer.Ordinal);
    private readonly List<SchemaResource> _all = [];

    public IReadOnlyList<SchemaResource> Resources => _all;

    public SchemaPlace this[string pointer] => _places[pointer];

    public void AddRoot(JsonElement schema) => Add(schema, OwnUri, "");

    public void AddDocument(JsonElement schema, string uri) => Add(schema, uri, uri + "#");

    public SchemaResource? Resource(string uri) => _resources.GetValueOrDefault(uri);

    public bool Contains(string pointer) => _places.ContainsKey(pointer);

    private void Add(JsonElement document, string uri, string prefix)
    {
        var pending = new Queue<(JsonElement Source, string Pointer, SchemaResource? Parent)>();
        pending.Enqueue((document, prefix, null));
        for (var count = 1; pending.TryDequeue(out var next); count++)
        {
            if (count > SchemaLimits.MaxSubschemas)
            {
                refuse(SchemaFaultKind.TooLarge, next.Pointer, $"the schema has more than {SchemaLimits.MaxSubschemas} subschemas");
                return;
            }

            var resource = ResourceOf(next.Source, next.Pointer, next.Parent, uri);
            if (resource is null)
            {
                return;
            }

            _places[next.Pointer] = new SchemaPlace(next.Source, next.Pointer, resource);
            AddAnchors(next.Source, next.Pointer, resource);
            foreach (var (source, pointer) in SchemaPlaces.Below(next.Source, next.Pointer))
            {
                pending.Enqueue((source, pointer, resource));
            }
        }
    }

    /// <summary>A new resource where "$id" or a document begins one; null when it is refused.</summary>
    private SchemaResource? ResourceOf(JsonElement schema, string pointer, SchemaResource? parent, string retrievalUri)
    {
        var id = Text(schema, "$id");
        if (id is null && parent is not null)
        {
            return parent;
        }

        if (id?.Length > SchemaLimits.MaxUriLength)
        {
            refuse(SchemaFaultKind.TooLarge, pointer, $"'$id' is longer than {SchemaLimits.MaxUriLength} characters");
            return null;
        }

        var uri = SchemaUri.Resolve(parent?.Uri ?? retrievalUri, id ?? "", out var fragment);
        if (fragment.Length > 0)
        {
            refuse(SchemaFaultKind.Invalid, pointer, "'$id' has a fragment");
            return null;
        }

        var dialect = DialectOf(schema, pointer, parent?.Dialect ?? SchemaDialect.Standard);
        if (dialect is null)
        {
            return null;
        }

        // Nobody may pass a schema of his own off as one of ours.
        if (documents.Contains(uri) && (parent is not null || uri != retrievalUri))
        {
            refuse(SchemaFaultKind.Invalid, pointer, "'$id' is the address of another schema");
            return null;
        }

        return NewResource(uri, pointer, dialect, parent is null ? retrievalUri : uri);
    }

    private SchemaResource? NewResource(string uri, string pointer, SchemaDialect dialect, string alsoKnownAs)
    {
        if (_all.Count == SchemaLimits.MaxResources)
        {
            refuse(SchemaFaultKind.TooLarge, pointer, $"more than {SchemaLimits.MaxResources} schemas have a '$id'");
            return null;
        }

        var resource = new SchemaResource(_all.Count, uri, pointer, dialect);
        _all.Add(resource);
        if (!_resources.TryAdd(uri, resource) || (uri != alsoKnownAs && !_resources.TryAdd(alsoKnownAs, resource)))
        {
            refuse(SchemaFaultKind.Invalid, pointer, "'$id' is the address of another schema");
            return null;
        }

        return resource;
    }

    private SchemaDialect? DialectOf(JsonElement schema, string pointer, SchemaDialect inherited)
    {
        if (Text(schema, "$schema") is not { } uri)
        {
            return inherited;
        }

        var dialect = SchemaDialect.Find(uri, documents, out var reason);
        if (dialect is null)
        {
            refuse(SchemaFaultKind.Unsupported, pointer, reason);
        }

        return dialect;
    }

    private void AddAnchors(JsonElement schema, string pointer, SchemaResource resource)
    {
        var anchor = Text(schema, "$anchor");
        var dynamic = Text(schema, "$dynamicAnchor");
        if (dynamic is not null)
        {
            resource.DynamicAnchors.TryAdd(dynamic, pointer);
        }

        foreach (var name in new[] { anchor, dynamic }.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (!resource.Anchors.TryAdd(name, pointer))
            {
                refuse(SchemaFaultKind.Invalid, pointer, "two schemas have the same anchor");
            }
        }
    }

    private static string? Text(JsonElement schema, string keyword) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// The nodes of one schema by place, made on first mention and filled from a queue: no recursion, so neither depth nor
/// cycles of references can exhaust a stack.
/// </summary>
internal sealed class SchemaBuilder : IDisposable
{
    private readonly SchemaDocuments _documents;
    private readonly SchemaIndex _index;
    private readonly Dictionary<string, SchemaNode> _nodes = new(StringComparer.Ordinal);
    private readonly Queue<(SchemaPlace Place, SchemaNode Node)> _pending = new();
    private readonly List<DynamicReference> _dynamic = [];
    private readonly List<JsonDocument> _opened = [];

    private int _patterns;

    public SchemaBuilder(SchemaDocuments documents)
    {
        _documents = documents;
        _index = new SchemaIndex(documents, Refuse);
    }

    /// <summary>The first reason to refuse the schema.</summary>
    public SchemaFault? Fault { get; private set; }

    /// <summary>Whether a "$dynamicRef" leads to different places, depending on the way taken to it.</summary>
    public bool NeedsScope { get; private set; }

    /// <summary>Null when the schema is refused.</summary>
    public SchemaNode? Build(JsonElement root)
    {
        _index.AddRoot(root);
        var first = Fault is null ? Node("") : null;
        do
        {
            while (Fault is null && _pending.TryDequeue(out var next))
            {
                new SchemaNodeReader(this, next.Place, next.Node).Read();
            }

            // What a dynamic reference can lead to may open further documents, and these may have more to lead to.
            LinkDynamicReferences();
        }
        while (Fault is null && _pending.Count > 0);

        if (Fault is null)
        {
            InPlaceGraph.Check(_nodes, Refuse);
        }

        return Fault is null ? first : null;
    }

    public void Refuse(SchemaFaultKind kind, string pointer, string reason) =>
        Fault ??= new SchemaFault(kind, pointer, reason);

    public SchemaPattern? Pattern(string source, string pointer)
    {
        if (++_patterns > SchemaLimits.MaxPatterns)
        {
            Refuse(SchemaFaultKind.TooLarge, pointer, $"the schema has more than {SchemaLimits.MaxPatterns} patterns");
            return null;
        }

        var pattern = SchemaPattern.TryCreate(source, out var reason);
        if (pattern is null)
        {
            Refuse(SchemaFaultKind.Unsupported, pointer, reason);
        }

        return pattern;
    }

    /// <summary>The node of a place the index knows.</summary>
    public SchemaNode Node(string pointer)
    {
        if (_nodes.TryGetValue(pointer, out var known))
        {
            return known;
        }

        if (_nodes.Count == SchemaLimits.MaxSubschemas)
        {
            Refuse(SchemaFaultKind.TooLarge, pointer, $"the schema has more than {SchemaLimits.MaxSubschemas} subschemas");
        }

        var place = _index[pointer];
        var node = new SchemaNode { Resource = place.Resource.Id };
        _nodes.Add(pointer, node);
        _pending.Enqueue((place, node));
        return node;
    }

    /// <summary>The schema a "$ref" names; null when it is refused. Only documents in memory are looked at; nothing is ever fetched.</summary>
    public SchemaNode? Reference(string keyword, string reference, SchemaPlace from) =>
        Resolve(keyword, reference, from, out _, out _) is { } pointer ? Node(pointer) : null;

    public DynamicReference? DynamicReference(string keyword, string reference, SchemaPlace from)
    {
        if (Resolve(keyword, reference, from, out var resource, out var fragment) is not { } pointer)
        {
            return null;
        }

        // Without a "$dynamicAnchor" of that name where it leads at first, it is a "$ref" (2020-12 core, 8.2.3.2).
        var isDynamic = resource.DynamicAnchors.ContainsKey(fragment);
        var found = new DynamicReference(Node(pointer), isDynamic ? fragment : null);
        if (isDynamic)
        {
            _dynamic.Add(found);
        }

        return found;
    }

    public void Dispose() => _opened.ForEach(document => document.Dispose());

    private string? Resolve(string keyword, string reference, SchemaPlace from, out SchemaResource resource, out string fragment)
    {
        (resource, fragment) = (from.Resource, "");
        if (reference.Length > SchemaLimits.MaxUriLength)
        {
            Refuse(SchemaFaultKind.TooLarge, from.Pointer, $"'{keyword}' is longer than {SchemaLimits.MaxUriLength} characters");
            return null;
        }

        var uri = SchemaUri.Resolve(from.Resource.Uri, reference, out fragment);
        if ((_index.Resource(uri) ?? Open(uri)) is not { } target)
        {
            Refuse(SchemaFaultKind.Unsupported, from.Pointer, $"unsupported '{keyword}': it leads out of the schema, and nothing is fetched");
            return null;
        }

        resource = target;
        var pointer = fragment switch
        {
            "" => resource.Pointer,
            ['/', ..] => resource.Pointer + SchemaPointer.FromFragment(fragment),
            _ => resource.Anchors.GetValueOrDefault(Uri.UnescapeDataString(fragment)),
        };
        if (pointer is null || !_index.Contains(pointer))
        {
            Refuse(SchemaFaultKind.Unsupported, from.Pointer, $"unsupported '{keyword}': it does not lead to a schema");
            return null;
        }

        return pointer;
    }

    private SchemaResource? Open(string uri)
    {
        if (_documents.Find(uri) is not { } text)
        {
            return null;
        }

        var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = SchemaLimits.MaxDepth });
        _opened.Add(document);
        _index.AddDocument(document.RootElement, uri);
        return _index.Resource(uri);
    }

    private void LinkDynamicReferences()
    {
        foreach (var sameName in _dynamic.GroupBy(reference => reference.Anchor!, StringComparer.Ordinal))
        {
            var targets = new SchemaNode?[_index.Resources.Count];
            foreach (var resource in _index.Resources)
            {
                targets[resource.Id] = resource.DynamicAnchors.TryGetValue(sameName.Key, out var pointer) ? Node(pointer) : null;
            }

            var isOpen = targets.Count(target => target is not null) > 1;
            NeedsScope |= isOpen;
            foreach (var reference in sameName)
            {
                reference.Targets = isOpen ? targets : [];
            }
        }
    }
}

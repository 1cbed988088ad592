using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// The nodes of one schema by JSON Pointer, made on first mention and filled from a queue: no recursion, so neither
/// depth nor cycles of references can exhaust a stack.
/// </summary>
internal sealed class SchemaBuilder(JsonElement root)
{
    private readonly Dictionary<string, SchemaNode> _nodes = new(StringComparer.Ordinal);
    private readonly Queue<(JsonElement Source, string Pointer, SchemaNode Node)> _pending = new();

    private int _patterns;

    /// <summary>The first reason to refuse the schema.</summary>
    public SchemaFault? Fault { get; private set; }

    public SchemaNode Build()
    {
        var first = Subschema(root, "");
        while (Fault is null && _pending.TryDequeue(out var next))
        {
            new SchemaNodeReader(this, next.Pointer, next.Node).Read(next.Source);
        }

        if (Fault is null && ReferenceLoop.Find(_nodes) is { } loop)
        {
            Refuse(SchemaFaultKind.Invalid, loop, "a schema refers to itself for the same value");
        }

        return first;
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

    public SchemaNode Subschema(JsonElement source, string pointer)
    {
        if (_nodes.TryGetValue(pointer, out var known))
        {
            return known;
        }

        if (_nodes.Count == SchemaLimits.MaxSubschemas)
        {
            Refuse(SchemaFaultKind.TooLarge, pointer, $"the schema has more than {SchemaLimits.MaxSubschemas} subschemas");
        }

        var node = new SchemaNode();
        _nodes.Add(pointer, node);
        _pending.Enqueue((source, pointer, node));
        return node;
    }

    /// <summary>The schema a "$ref" names. Only this document is looked at; nothing is ever fetched.</summary>
    public SchemaNode? Reference(string reference, string pointer)
    {
        if (!SchemaReference.IsLocal(reference))
        {
            Refuse(SchemaFaultKind.Unsupported, pointer, "unsupported '$ref': only '#' and '#/…' within the schema are followed");
            return null;
        }

        if (!SchemaReference.TryResolve(root, reference, out var target, out var targetPointer))
        {
            Refuse(SchemaFaultKind.Unsupported, pointer, "unsupported '$ref': it does not lead to a subschema");
            return null;
        }

        return Subschema(target, targetPointer);
    }
}

namespace Platform.Api.Validation.Schema;

/// <summary>A schema with a URI of its own, and what can be referred to within it.</summary>
/// <param name="Id">Numbers the resources of one compilation.</param>
/// <param name="Uri">The base of relative references below; without a fragment.</param>
/// <param name="Pointer">Where it begins; fragments that are JSON Pointers start here.</param>
/// <param name="Dialect">Which keywords mean something.</param>
internal sealed record SchemaResource(int Id, string Uri, string Pointer, SchemaDialect Dialect)
{
    /// <summary>Places by "$anchor" and "$dynamicAnchor".</summary>
    public Dictionary<string, string> Anchors { get; } = new(StringComparer.Ordinal);

    /// <summary>Places by "$dynamicAnchor" alone.</summary>
    public Dictionary<string, string> DynamicAnchors { get; } = new(StringComparer.Ordinal);
}

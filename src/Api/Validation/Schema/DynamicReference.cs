namespace Platform.Api.Validation.Schema;

/// <summary>A "$dynamicRef": it leads to the anchor of its name in the outermost resource that checking came through.</summary>
internal sealed class DynamicReference(SchemaNode initial, string? anchor)
{
    /// <summary>Null when it is no more than a "$ref".</summary>
    public string? Anchor => anchor;

    /// <summary>By resource; empty when there is one place to go, whatever the way.</summary>
    public SchemaNode?[] Targets { get; set; } = [];

    /// <summary>Where it leads without a scope.</summary>
    public SchemaNode Initial => initial;

    public SchemaNode Resolve(ref SchemaRun run)
    {
        if (Targets.Length == 0)
        {
            return initial;
        }

        foreach (var resource in run.Scope)
        {
            if (Targets[resource] is { } target)
            {
                return target;
            }
        }

        return initial;
    }
}

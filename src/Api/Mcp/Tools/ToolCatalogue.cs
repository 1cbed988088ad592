using System.Collections.Frozen;

namespace Platform.Api.Mcp.Tools;

/// <summary>The tools this node serves, by name; made once at start-up.</summary>
internal sealed class ToolCatalogue
{
    private readonly FrozenDictionary<string, (ToolDefinition Definition, IToolset Toolset)> _tools;

    public ToolCatalogue(IEnumerable<IToolset> toolsets)
    {
        _tools = toolsets
            .SelectMany(toolset => toolset.Tools.Select(tool => KeyValuePair.Create(tool.Name, (tool, toolset))))
            .ToFrozenDictionary(StringComparer.Ordinal);
        All = [.. _tools.Values.Select(tool => tool.Definition).OrderBy(tool => tool.Name, StringComparer.Ordinal)];
    }

    /// <summary>By name: clients that cache lists rely on the order.</summary>
    public IReadOnlyList<ToolDefinition> All { get; }

    public bool TryFind(string name, out ToolDefinition definition, out IToolset toolset)
    {
        var found = _tools.TryGetValue(name, out var tool);
        (definition, toolset) = tool;
        return found;
    }
}

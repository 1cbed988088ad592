using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Mcp.Backends;

/// <summary>What a tenant's endpoint serves, by name: clients that cache lists rely on the order. Immutable.</summary>
internal sealed class McpCatalogue
{
    private readonly FrozenDictionary<string, (ToolDefinition Tool, IMcpBackend Backend)> _tools;
    private readonly FrozenDictionary<string, (PromptDefinition Prompt, IMcpBackend Backend)> _prompts;

    /// <param name="backends">All that serve it.</param>
    /// <param name="revision">Of all of them together.</param>
    /// <param name="tenant">Whose quarantine is left out; null when there is none.</param>
    public McpCatalogue(IReadOnlyList<IMcpBackend> backends, long revision, TenantView? tenant = null)
    {
        (Backends, Revision) = (backends, revision);
        bool Has(CatalogueEntryKind kind, string name) => tenant is null || !tenant.IsQuarantined(kind, name);
        _tools = backends.SelectMany(backend => backend.Tools.Where(tool => Has(CatalogueEntryKind.Tool, tool.Name)).Select(tool => KeyValuePair.Create(tool.Name, (tool, backend)))).ToFrozenDictionary(StringComparer.Ordinal);
        _prompts = backends.SelectMany(backend => backend.Prompts.Where(prompt => Has(CatalogueEntryKind.Prompt, prompt.Name)).Select(prompt => KeyValuePair.Create(prompt.Name, (prompt, backend)))).ToFrozenDictionary(StringComparer.Ordinal);
        Tools = [.. _tools.Values.Select(entry => entry.Tool).OrderBy(tool => tool.Name, StringComparer.Ordinal)];
        Prompts = [.. _prompts.Values.Select(entry => entry.Prompt).OrderBy(prompt => prompt.Name, StringComparer.Ordinal)];
        Templates = [.. backends.SelectMany(backend => backend.Templates).OrderBy(template => template.UriTemplate, StringComparer.Ordinal)];
    }

    public IReadOnlyList<IMcpBackend> Backends { get; }

    public long Revision { get; }

    public IReadOnlyList<ToolDefinition> Tools { get; }

    public IReadOnlyList<PromptDefinition> Prompts { get; }

    public IReadOnlyList<TemplateDefinition> Templates { get; }

    public bool TryFindTool(string name, out ToolDefinition tool, out IMcpBackend backend)
    {
        var found = _tools.TryGetValue(name, out var entry);
        (tool, backend) = entry;
        return found;
    }

    public bool TryFindPrompt(string name, out PromptDefinition prompt, out IMcpBackend backend)
    {
        var found = _prompts.TryGetValue(name, out var entry);
        (prompt, backend) = entry;
        return found;
    }

    /// <summary>Whose resource a URI is, and the object of the permission on it; false when it is nobody's.</summary>
    public bool TryNameResource(string uri, out string name, out IMcpBackend backend)
    {
        foreach (var candidate in Backends)
        {
            if (candidate.NameOf(uri) is { } known)
            {
                (name, backend) = (known, candidate);
                return true;
            }
        }

        (name, backend) = ("", null!);
        return false;
    }
}

/// <summary>Makes the catalogue of each set of backends once, and again when one of them changed.</summary>
internal sealed class McpCatalogues
{
    private readonly IMcpBackend[] _backends;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<ulong, McpCatalogue> _bySet = new();

    // Of the few tenants that have something in quarantine, for as long as the front end holds their view.
    private readonly ConditionalWeakTable<TenantView, McpCatalogue> _quarantined = [];

    public McpCatalogues(IEnumerable<IMcpBackend> backends)
    {
        _backends = [.. backends];
        if (_backends.Length > 64)
        {
            throw new InvalidOperationException("At most 64 backends.");
        }
    }

    public McpCatalogue For(TenantView tenant)
    {
        ulong set = 0;
        long revision = 0;
        for (var i = 0; i < _backends.Length; i++)
        {
            if (_backends[i].Serves(tenant))
            {
                set |= 1UL << i;
                revision += _backends[i].Revision;
            }
        }

        if (tenant.Quarantine.Length > 0)
        {
            return _quarantined.TryGetValue(tenant, out var own) && own.Revision == revision ? own : MakeQuarantined(tenant, set, revision);
        }

        return _bySet.TryGetValue(set, out var known) && known.Revision == revision ? known : Make(set, revision);
    }

    private McpCatalogue Make(ulong set, long revision)
    {
        var made = new McpCatalogue(Serving(set), revision);
        _bySet[set] = made;
        return made;
    }

    private McpCatalogue MakeQuarantined(TenantView tenant, ulong set, long revision)
    {
        var made = new McpCatalogue(Serving(set), revision, tenant);
        _quarantined.AddOrUpdate(tenant, made);
        return made;
    }

    private IMcpBackend[] Serving(ulong set) => [.. _backends.Where((_, i) => (set & (1UL << i)) != 0)];
}

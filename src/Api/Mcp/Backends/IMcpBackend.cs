using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Mcp.Backends;

/// <summary>
/// Something that serves tools, prompts or resources behind tenants' endpoints. It speaks multi round-trip requests only (MCP 2026-07-28, MRTR): what it
/// lacks it answers with <see cref="InputRequired"/>, and is called again with it. Whoever calls it has authenticated, permitted and validated; whoever
/// takes its answer bounds and cleans it.
/// </summary>
internal interface IMcpBackend
{
    /// <summary>Whether a tenant has it.</summary>
    bool Serves(TenantView tenant);

    /// <summary>Changes with every list below; the catalogue is then made anew.</summary>
    long Revision => 0;

    IReadOnlyList<ToolDefinition> Tools => [];

    IReadOnlyList<PromptDefinition> Prompts => [];

    IReadOnlyList<TemplateDefinition> Templates => [];

    /// <summary>A tool of <see cref="Tools"/>, with arguments that its schema accepts.</summary>
    /// <returns>A <see cref="ToolResult"/>, an <see cref="InputRequired"/> or a <see cref="TaskWork"/>.</returns>
    ValueTask<Result<McpResult>> CallToolAsync(BackendCall call, CancellationToken cancel) => Unserved();

    /// <summary>A prompt of <see cref="Prompts"/>.</summary>
    /// <returns>A <see cref="PromptResult"/> or an <see cref="InputRequired"/>.</returns>
    ValueTask<Result<McpResult>> GetPromptAsync(BackendCall call, CancellationToken cancel) => Unserved();

    /// <summary>The canonical object of a permission on a resource of this backend (AZ-2); null when the URI is none of its.</summary>
    string? NameOf(string uri) => null;

    /// <summary>A resource of which <see cref="NameOf"/> knows the name.</summary>
    /// <returns>A <see cref="ResourceResult"/> or an <see cref="InputRequired"/>.</returns>
    ValueTask<Result<McpResult>> ReadResourceAsync(BackendCall call, CancellationToken cancel) => Unserved();

    /// <summary>Resources the caller may read, in a stable order.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="after">Where the page before ended, as this backend said; null for the first.</param>
    /// <param name="size">Most entries.</param>
    /// <param name="cancel">The caller is gone.</param>
    ValueTask<ResourcePage> ListResourcesAsync(McpRequest request, string? after, int size, CancellationToken cancel) => ValueTask.FromResult(ResourcePage.Empty);

    /// <summary>Proposals for an argument of a prompt or a variable of a template, best first.</summary>
    ValueTask<Completion> CompleteAsync(McpRequest request, CompletionQuery query, CancellationToken cancel) => ValueTask.FromResult(Completion.None);

    private static ValueTask<Result<McpResult>> Unserved() => throw new InvalidOperationException("A backend lists what it does not serve.");
}

/// <summary>One round of a call.</summary>
/// <param name="Request">Who asks, and the way back for progress and log messages.</param>
/// <param name="Name">The tool, the prompt, or the resource's URI.</param>
/// <param name="Arguments">A JSON object, never empty.</param>
/// <param name="Inputs">What the client answered to the round before.</param>
/// <param name="State">What this backend left with the client in the round before, verified; empty in the first.</param>
internal readonly record struct BackendCall(McpRequest Request, string Name, ReadOnlyMemory<byte> Arguments, InputResponses Inputs, ReadOnlyMemory<byte> State);

using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp;
using Platform.Api.Mcp.Backends;

namespace Platform.Conformance.Fixtures;

/// <summary>Resources of the scheme <c>test:</c>, which only this host knows, and prompts.</summary>
internal sealed class FixtureResources : IMcpBackend
{
    private const string Template = "test://template/{id}/data";
    private static readonly HashSet<string> Schemes = new(StringComparer.Ordinal) { "test" };

    public IReadOnlyList<TemplateDefinition> Templates { get; } = [new(Template, "template", "Template", "Data of an id.", "application/json")];

    public IReadOnlyList<PromptDefinition> Prompts { get; } =
    [
        new("test_simple_prompt", "Simple prompt", "A prompt without arguments.", []),
        new("test_prompt_with_arguments", "Prompt with arguments", "A prompt with two arguments.", [new("arg1", "First test argument", true), new("arg2", "Second test argument", true)]),
        new("test_prompt_with_embedded_resource", "Prompt with a resource", "A prompt that embeds a resource.", [new("resourceUri", "URI of the resource to embed", true)]),
        new("test_prompt_with_image", "Prompt with an image", "A prompt with an image.", []),
    ];

    public bool Serves(TenantView tenant) => tenant.Slug == FixtureBackend.Tenant;

    public string? NameOf(string uri) => ResourceUri.TryParse(uri, Schemes, out var resource) && resource.Scheme == "test" ? resource.Target : null;

    public ValueTask<ResourcePage> ListResourcesAsync(McpRequest request, string? after, int size, CancellationToken cancel) => ValueTask.FromResult(new ResourcePage(
    [
        new ResourceDefinition("test://static-text", "static-text", "text/plain", Description: "A static text."),
        new ResourceDefinition("test://static-binary", "static-binary", "image/png", Description: "A static image."),
        new ResourceDefinition("test://watched-resource", "watched-resource", "text/plain", Description: "A resource to subscribe to."),
    ], null));

    public ValueTask<Result<McpResult>> ReadResourceAsync(BackendCall call, CancellationToken cancel) => ValueTask.FromResult<Result<McpResult>>(call.Name switch
    {
        "test://static-text" => new ResourceResult(new ResourceBody(call.Name, "text/plain", "This is the content of the static text resource.")),
        "test://static-binary" => new ResourceResult(new ResourceBody(call.Name, "image/png", null, Media.Png)),
        "test://watched-resource" => new ResourceResult(new ResourceBody(call.Name, "text/plain", "Watched.")),
        _ when call.Name.Split('/') is ["test:", "", "template", { Length: > 0 } id, "data"] =>
            new ResourceResult(new ResourceBody(call.Name, "application/json", $$"""{"id":"{{id}}","templateTest":true,"data":"Data for ID: {{id}}"}""")),
        _ => Problem.ResourceNotFound(),
    });

    public ValueTask<Result<McpResult>> GetPromptAsync(BackendCall call, CancellationToken cancel) => ValueTask.FromResult<Result<McpResult>>(call.Name switch
    {
        "test_simple_prompt" => new PromptResult(ContentBlock.OfText("This is a simple prompt for testing.")),
        "test_prompt_with_arguments" => new PromptResult(ContentBlock.OfText($"Prompt with arguments: arg1='{Fixture.Argument(call, "arg1")}', arg2='{Fixture.Argument(call, "arg2")}'")),
        "test_prompt_with_embedded_resource" => new PromptResult(
            ContentBlock.OfResource(new ResourceBody(Fixture.Argument(call, "resourceUri"), "text/plain", "Embedded resource content for testing.")),
            ContentBlock.OfText("Please process the embedded resource above.")),
        _ => new PromptResult(ContentBlock.OfImage(Media.Png, "image/png"), ContentBlock.OfText("Please analyze the image above.")),
    });

    public ValueTask<Completion> CompleteAsync(McpRequest request, CompletionQuery query, CancellationToken cancel) =>
        ValueTask.FromResult(new Completion([.. new[] { "paris", "park", "party" }.Where(value => value.StartsWith(query.Value, StringComparison.Ordinal))], HasMore: false));
}

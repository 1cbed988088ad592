using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp;
using Platform.Api.Mcp.Backends;
using Platform.Api.Mcp.Subscriptions;

namespace Platform.Conformance.Fixtures;

/// <summary>Tools that answer by themselves: content of every kind, errors, progress, log messages, changes of lists.</summary>
internal sealed class FixtureBackend(CatalogueHub hub) : IMcpBackend
{
    public const string Tenant = "conformance";

    private const string JsonSchemaTool =
        """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
         "$defs":{"address":{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
         "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},"contactMethod":{"type":"string","enum":["phone","email"]},"phone":{"type":"string"},"email":{"type":"string"}},
         "allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
         "if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},"then":{"required":["phone"]},"else":{"required":["email"]},
         "additionalProperties":false}
        """;

    private const string HeaderTool =
        """
        {"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"count":{"type":"integer","x-mcp-header":"Count"}},"required":["region"]}
        """;

    public IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        // The suite tries headers on the first tool of the list, without arguments.
        Fixture.Tool("a_first_tool", "Returns a text."),
        Fixture.Tool("test_simple_text", "Returns a text."),
        Fixture.Tool("test_image_content", "Returns an image."),
        Fixture.Tool("test_audio_content", "Returns a sound."),
        Fixture.Tool("test_embedded_resource", "Returns a resource."),
        Fixture.Tool("test_multiple_content_types", "Returns a text, an image and a resource."),
        Fixture.Tool("test_error_handling", "Always fails."),
        Fixture.Tool("test_tool_with_logging", "Logs three messages."),
        Fixture.Tool("test_tool_with_progress", "Reports progress three times."),
        Fixture.Tool("test_logging_tool", "Logs a message."),
        Fixture.Tool("test_reconnection", "Lets its client go and finishes meanwhile."),
        Fixture.Tool("test_trigger_tool_change", "Says that the list of tools changed."),
        Fixture.Tool("test_trigger_prompt_change", "Says that the list of prompts changed."),
        Fixture.Tool("json_schema_2020_12_tool", "Tool with JSON Schema 2020-12 features", JsonSchemaTool),
        Fixture.Tool("test_custom_header", "Repeats a parameter in a header.", HeaderTool),
        Fixture.Tool("greet", "Greets.", """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}"""),
    ];

    public bool Serves(TenantView tenant) => tenant.Slug == Tenant;

    public async ValueTask<Result<McpResult>> CallToolAsync(BackendCall call, CancellationToken cancel) => call.Name switch
    {
        "test_simple_text" => Fixture.Text("This is a simple text response for testing."),
        "test_image_content" => ToolResult.Of(ContentBlock.OfImage(Media.Png, "image/png")),
        "test_audio_content" => ToolResult.Of(ContentBlock.OfAudio(Media.Wav, "audio/wav")),
        "test_embedded_resource" => ToolResult.Of(ContentBlock.OfResource(new ResourceBody("test://embedded-resource", "text/plain", "This is an embedded resource content."))),
        "test_multiple_content_types" => ToolResult.Of(
            ContentBlock.OfText("Multiple content types test:"),
            ContentBlock.OfImage(Media.Png, "image/png"),
            ContentBlock.OfResource(new ResourceBody("test://mixed-content-resource", "application/json", """{"test":"data","value":123}"""))),
        "test_error_handling" => ToolResult.Failed("This tool intentionally returns an error for testing"),
        "test_tool_with_logging" => await LogAsync(call, cancel),
        "test_logging_tool" => await LogOnceAsync(call),
        "test_tool_with_progress" => await ProgressAsync(call, cancel),
        "test_reconnection" => await ReleaseAsync(call, cancel),
        "test_trigger_tool_change" => await ChangedAsync(call, CatalogueChangeKind.Tools),
        "test_trigger_prompt_change" => await ChangedAsync(call, CatalogueChangeKind.Prompts),
        "greet" => Fixture.Text($"Hello, {Fixture.Argument(call, "name")}!"),
        _ => Fixture.Text("Accepted."),
    };

    private static async ValueTask<Result<McpResult>> LogAsync(BackendCall call, CancellationToken cancel)
    {
        await call.Request.LogAsync(McpLogLevel.Info, "fixture", "Tool execution started");
        await Task.Delay(50, cancel);
        await call.Request.LogAsync(McpLogLevel.Info, "fixture", "Tool processing data");
        await Task.Delay(50, cancel);
        await call.Request.LogAsync(McpLogLevel.Info, "fixture", "Tool execution completed");
        return Fixture.Text("Logged three messages.");
    }

    private static async ValueTask<Result<McpResult>> LogOnceAsync(BackendCall call)
    {
        await call.Request.LogAsync(McpLogLevel.Info, "fixture", "A message");
        return Fixture.Text("Logged.");
    }

    private static async ValueTask<Result<McpResult>> ProgressAsync(BackendCall call, CancellationToken cancel)
    {
        await call.Request.ReportProgressAsync(0, 100);
        await Task.Delay(50, cancel);
        await call.Request.ReportProgressAsync(50, 100);
        await Task.Delay(50, cancel);
        await call.Request.ReportProgressAsync(100, 100);
        return Fixture.Text("Reported progress.");
    }

    private static async ValueTask<Result<McpResult>> ReleaseAsync(BackendCall call, CancellationToken cancel)
    {
        await call.Request.Exchange.ReleaseAsync();
        await Task.Delay(200, cancel);
        return Fixture.Text("Reconnection test completed.");
    }

    private async ValueTask<Result<McpResult>> ChangedAsync(BackendCall call, CatalogueChangeKind kind)
    {
        await hub.PublishAsync(call.Request.Tenant.Id, new CatalogueChange(kind));
        return Fixture.Text("Changed.");
    }
}

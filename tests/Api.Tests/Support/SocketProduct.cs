using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp;
using Platform.Api.Mcp.Backends;
using Platform.Api.Tests.Support;
using Platform.Testing;

[assembly: AssemblyFixture(typeof(SocketProduct))]

namespace Platform.Api.Tests.Support;

/// <summary>A product with tools that wait and ask, few places per socket, and beats that come fast.</summary>
public sealed class SocketProduct : IAsyncLifetime
{
    public const int Places = 4;

    public PlatformApplication Platform { get; private set; } = null!;

    internal TakenGrants Taken { get; } = new();

    public ValueTask DisposeAsync() => Platform.DisposeAsync();

    public Task<TenantClient> GivenTenant() => TenantClient.MakeAsync(Platform);

    public async ValueTask InitializeAsync() => Platform = await PlatformApplication.StartAsync(configure: services =>
    {
        services.AddSingleton<IMcpBackend, SlowBackend>();
        services.AddSingleton<IIncomingGrainCallFilter>(Taken);
        services.Configure<ApiOptions>(options =>
        {
            options.SocketRequests = Places;
            options.StreamBeat = TimeSpan.FromMilliseconds(200);
            options.SocketSendPatience = TimeSpan.FromMilliseconds(500);
        });
    });
}

/// <summary>Tools that wait until they are let go, and that ask their client.</summary>
internal sealed class SlowBackend : IMcpBackend
{
    private static readonly ConcurrentDictionary<string, Waiting> Calls = new(StringComparer.Ordinal);
    private static readonly InputRequest Question = InputRequest.Elicit("color", "Which color?", """{"type":"object","properties":{"color":{"type":"string"}},"required":["color"]}""");

    public IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        new("wait", "Wait", "Waits until it is let go.", """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}"""u8, readOnly: true),
        new("ask", "Ask", "Asks for a color.", """{"type":"object"}"""u8, readOnly: true),
        new("big", "Big", "Says a lot.", """{"type":"object"}"""u8, readOnly: true),
    ];

    /// <summary>Completes when the named call runs.</summary>
    public static Task Started(string name) => Of(name).Started.Task.WaitAsync(Wire.Patience);

    /// <summary>Completes when the named call was cancelled.</summary>
    public static Task Cancelled(string name) => Of(name).Cancelled.Task.WaitAsync(Wire.Patience);

    public static void LetGo(string name) => Of(name).LetGo.TrySetResult();

    public bool Serves(TenantView tenant) => true;

    public async ValueTask<Result<McpResult>> CallToolAsync(BackendCall call, CancellationToken cancel)
    {
        if (call.Name == "big")
        {
            return ToolResult.Text(new string('x', 1_000_000));
        }

        if (call.Name == "ask")
        {
            var answer = call.Inputs.Answer(Question);
            return answer.IsEmpty ? new InputRequired([Question]) : ToolResult.Text(JsonSerializer.Deserialize<JsonElement>(answer.Span).GetProperty("content").GetProperty("color").GetString()!);
        }

        var waiting = Of(JsonSerializer.Deserialize<JsonElement>(call.Arguments.Span).GetProperty("name").GetString()!);
        waiting.Started.TrySetResult();
        try
        {
            await waiting.LetGo.Task.WaitAsync(cancel);
            return ToolResult.Text("let go");
        }
        catch (OperationCanceledException)
        {
            waiting.Cancelled.TrySetResult();
            throw;
        }
    }

    private static Waiting Of(string name) => Calls.GetOrAdd(name, static _ => new Waiting());

    private sealed class Waiting
    {
        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource LetGo { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

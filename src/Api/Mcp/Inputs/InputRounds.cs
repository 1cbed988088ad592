using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Api.Mcp.Backends;
using Platform.Api.Mcp.Handles;
using Platform.Api.Mcp.Tasks;
using Platform.Api.Validation;

namespace Platform.Api.Mcp.Inputs;

/// <summary>Which of a backend's operations runs.</summary>
internal enum BackendOperation
{
    CallTool = 0,
    GetPrompt = 1,
    ReadResource = 2,
}

/// <summary>
/// Runs a backend's operation, round by round. A modern client gets what is missing as <c>input_required</c> and comes back with a sealed state; for a
/// client of the eras before, the same questions are asked on its open stream and the backend is called again here (docs/adr/0007).
/// </summary>
internal sealed partial class InputRounds(
    HandleSealer sealer,
    TenantGrains grains,
    TaskRunner tasks,
    ToolStanding standing,
    IOptions<ApiOptions> options,
    TimeProvider clock,
    ILogger<InputRounds> logger)
{
    private const int MaxRounds = 8;
    private static readonly TimeSpan StateLife = TimeSpan.FromMinutes(15);
    private static readonly byte[] NoArguments = "{}"u8.ToArray();

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, IMcpBackend backend, BackendOperation operation, string name, CancellationToken cancel)
    {
        var message = request.Message;
        var arguments = message.Arguments.IsEmpty ? NoArguments : message.Arguments;
        if (message.RequestState is not null || !message.InputResponses.IsEmpty)
        {
            return ResumeAsync(request, backend, operation, name, arguments, cancel);
        }

        var running = Invoke(backend, operation, new BackendCall(request, name, arguments, InputResponses.None, default), cancel);
        if (!running.IsCompletedSuccessfully)
        {
            return FinishAsync(request, backend, operation, name, arguments, running, cancel);
        }

        // The commonest call of all: it was answered at once and asks for nothing.
        var done = running.Result;
        return !done.Try(out var result, out _) || result is not (InputRequired or TaskWork)
            ? ValueTask.FromResult(done)
            : FinishAsync(request, backend, operation, name, arguments, ValueTask.FromResult(done), cancel);
    }

    /// <summary>A modern client comes back with its answers. What it brings is an attacker's until the seal has been checked.</summary>
    private async ValueTask<Result<McpResult>> ResumeAsync(McpRequest request, IMcpBackend backend, BackendOperation operation, string name, ReadOnlyMemory<byte> arguments, CancellationToken cancel)
    {
        ReadOnlyMemory<byte> state = default;
        if (request.Message.RequestState is { } handle)
        {
            if (!(await sealer.OpenAsync(Binding(request, name, arguments), handle)).Try(out var opened, out _) || opened.Payload.IsEmpty)
            {
                return Problem.InvalidParams("params.requestState is not valid, or no longer.");
            }

            // The state's first byte says whether it may come once only.
            if (opened.Payload.Span[0] == 1 && !await grains.For(request.Tenant.Id).Get<ISingleUseGrain>(opened.Id).TakeAsync(opened.ExpiresAt))
            {
                return Problem.InvalidParams("params.requestState was used before.");
            }

            state = opened.Payload[1..];
        }

        var call = new BackendCall(request, name, arguments, InputResponses.Read(request.Message.InputResponses), state);
        return await FinishAsync(request, backend, operation, name, arguments, Invoke(backend, operation, call, cancel), cancel);
    }

    private async ValueTask<Result<McpResult>> FinishAsync(
        McpRequest request, IMcpBackend backend, BackendOperation operation, string name, ReadOnlyMemory<byte> arguments, ValueTask<Result<McpResult>> running, CancellationToken cancel)
    {
        for (var round = 1; ; round++)
        {
            var ran = await InTimeAsync(request, name, running, cancel);
            if (!ran.Try(out var result, out var failed))
            {
                return failed;
            }

            switch (result)
            {
                case TaskWork work when operation == BackendOperation.CallTool && request.Era == McpEra.Modern && request.Features.HasFlag(ClientFeatures.Tasks):
                    return await tasks.StartAsync(request, name, work);
                case TaskWork work when operation == BackendOperation.CallTool:
                    return await InTimeAsync(request, name, work.RunAsync(new InlineTask(request), cancel), cancel);
                case InputRequired needed when Undeclared(request, needed) is not ClientFeatures.None and var missing:
                    return new MissingFeatures(missing);
                case InputRequired needed when request.Session is null:
                    return needed.Sealed(await SealAsync(request, name, arguments, needed));
                case InputRequired needed:
                    if (round == MaxRounds)
                    {
                        return new Problem(ProblemCode.UpstreamFailed, "The backend asked for input too often.");
                    }

                    if (!(await AskAsync(request, needed.Requests, cancel)).Try(out var inputs, out var refused))
                    {
                        return refused;
                    }

                    // A person may have taken minutes to answer.
                    if (operation == BackendOperation.CallTool && await standing.CheckAsync(request.Tenant.Slug, name) is { } ended)
                    {
                        return ended;
                    }

                    running = Invoke(backend, operation, new BackendCall(request, name, arguments, inputs, needed.State), cancel);
                    continue;
                default:
                    return result;
            }
        }
    }

    /// <summary>Asks a legacy client on its open stream, one question after another.</summary>
    internal static async ValueTask<Result<InputResponses>> AskAsync(McpRequest request, IReadOnlyList<InputRequest> requests, CancellationToken cancel)
    {
        var answers = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>(requests.Count);
        foreach (var asked in requests)
        {
            if (!(await request.Session!.AskAsync(request.Exchange, asked.Method, asked.Params, cancel)).Try(out var answer, out var refused))
            {
                return refused;
            }

            answers.Add(KeyValuePair.Create(asked.Key, answer));
        }

        return InputResponses.Of(answers);
    }

    /// <summary>What a backend asks for beyond what the client declared.</summary>
    internal static ClientFeatures Undeclared(McpRequest request, IReadOnlyList<InputRequest> requests)
    {
        var needed = ClientFeatures.None;
        foreach (var asked in requests)
        {
            needed |= asked.Feature;
        }

        return needed & ~request.Features;
    }

    private static ClientFeatures Undeclared(McpRequest request, InputRequired needed) => Undeclared(request, needed.Requests);

    private async ValueTask<Result<McpResult>> InTimeAsync(McpRequest request, string name, ValueTask<Result<McpResult>> running, CancellationToken cancel)
    {
        if (running.IsCompletedSuccessfully)
        {
            return running.Result;
        }

        var task = running.AsTask();
        try
        {
            return await task.WaitAsync(options.Value.RequestTimeout, clock, cancel);
        }
        catch (OperationCanceledException)
        {
            Abandon(task);
            throw;
        }
        catch (TimeoutException failure)
        {
            // TR-9: whoever still works on it is told to stop.
            Abandon(task);
            Log.TimedOut(logger, failure, request.Message.Method);
            var late = new Problem(ProblemCode.Timeout, "The request took too long.");
            request.Exchange.End(late);
            return late;
        }
    }

    // A result that comes too late may hold a file open.
    private static void Abandon(Task<Result<McpResult>> late) => late.ContinueWith(
        static done => (done.Result.Try(out var result, out _) ? result as IDisposable : null)?.Dispose(),
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnRanToCompletion,
        TaskScheduler.Default).Ignore();

    private async ValueTask<string?> SealAsync(McpRequest request, string name, ReadOnlyMemory<byte> arguments, InputRequired needed)
    {
        if (needed.State.IsEmpty && !needed.IsSingleUse && needed.Requests.Count > 0)
        {
            return null;
        }

        if (needed.State.Length > InputRequired.MaxState)
        {
            throw new InvalidOperationException("A backend's state is larger than may travel.");
        }

        byte[] payload = [needed.IsSingleUse ? (byte)1 : (byte)0, .. needed.State.Span];
        return await sealer.SealAsync(Binding(request, name, arguments), payload, StateLife);
    }

    private static HandleBinding Binding(McpRequest request, string name, ReadOnlyMemory<byte> arguments) =>
        new(request.Tenant.Id, request.Caller.Caller.Principal, $"state {request.Message.Method} {name}", JsonDigest.Of(arguments.Span));

    private static ValueTask<Result<McpResult>> Invoke(IMcpBackend backend, BackendOperation operation, BackendCall call, CancellationToken cancel) => operation switch
    {
        BackendOperation.CallTool => backend.CallToolAsync(call, cancel),
        BackendOperation.GetPrompt => backend.GetPromptAsync(call, cancel),
        _ => backend.ReadResourceAsync(call, cancel),
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "McpBackendTimedOut", Level = LogLevel.Warning, Message = "A backend took too long for {Method}.")]
        public static partial void TimedOut(ILogger logger, Exception failure, string method);
    }
}

using System.IO.Pipelines;
using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>
/// Between a client on standard streams and an endpoint of Streamable HTTP. Reads the client's lines, judges each, and gives it to whom it concerns; both
/// eras may share one bridge, because each message says to which it belongs.
/// </summary>
internal sealed class Bridge : IDisposable
{
    private readonly BridgeOptions _options;
    private readonly Diagnostics _diagnostics;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly LineReader _input;
    private readonly LineWriter _output;
    private readonly EndpointClient _endpoint;
    private readonly ToolHeaders _tools;
    private readonly ToolListing _listing;
    private readonly ServerRequests _requests = new();
    private readonly Calls _calls = new();
    private readonly Outgoing _outgoing = new();
    private readonly Answers _answers;
    private readonly LegacyStream _stream;
    private readonly LegacySession _session;
    private readonly CallRunner _runner;
    private readonly SemaphoreSlim _read;

    public Bridge(BridgeOptions options, Stream input, Stream output, Diagnostics diagnostics, TimeProvider clock)
    {
        (_options, _diagnostics) = (options, diagnostics);
        _input = new LineReader(PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024)), options.MaxLine);
        _output = new LineWriter(output);
        _endpoint = new EndpointClient(options, diagnostics, clock);
        _tools = new ToolHeaders(diagnostics);
        _listing = new ToolListing(_endpoint, _tools);
        _answers = new Answers(_output, _calls, _requests, _tools, diagnostics);
        _stream = new LegacyStream(_endpoint, _answers, options, diagnostics, clock, _lifetime.Token);
        _session = new LegacySession(_endpoint, _requests, _stream, diagnostics);
        var replies = new ReplyReader(_answers, options, diagnostics);
        _runner = new CallRunner(
            new ModernCall(_endpoint, _tools, _listing, _answers, replies),
            new LegacyCall(_endpoint, _session, _answers, replies, options, clock),
            () => new Subscription(_endpoint, _tools, _answers, _output, options, diagnostics, clock),
            _answers, _calls, options, diagnostics, clock, _lifetime.Token);
        _read = new SemaphoreSlim(options.InFlight + options.Waiting + options.Subscriptions);
    }

    /// <summary>False when the endpoint could never be reached, or never took the key, although it was asked to.</summary>
    public bool WasOfUse => _endpoint.Accepted || !_endpoint.Tried;

    /// <summary>Until the client closes its end and has its answers, stops reading, or <paramref name="stop"/> says so.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var sending = _outgoing.RunAsync();
        var reading = ReadAsync();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Register(() => stopped.TrySetResult()))
        {
            // A read of standard input cannot be cancelled: it is left behind.
            var leave = Task.WhenAny(stopped.Task, _output.Closed);
            if (await Task.WhenAny(reading, leave) == reading)
            {
                await reading;
                _outgoing.Complete();
                _calls.CancelSubscriptions();
                using var drained = new CancellationTokenSource();
                await Task.WhenAny(Task.WhenAll(sending, _calls.WhenAllEnded()), Task.Delay(_options.Drain, drained.Token), leave);
                await drained.CancelAsync();
            }

            _stream.Dispose();
            await _lifetime.CancelAsync();
            await Task.WhenAll(_session.EndAsync(_options.Farewell), Task.WhenAny(_calls.WhenAllEnded(), Task.Delay(_options.Farewell, CancellationToken.None)));
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _session.Dispose();
        _runner.Dispose();
        _listing.Dispose();
        _endpoint.Dispose();
        _output.Dispose();
        _read.Dispose();
        _lifetime.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await NextLineAsync() is { Kind: not LineKind.End } line)
        {
            if (line.Kind == LineKind.TooLong)
            {
                await _answers.WriteProblemAsync(null, new Problem(ProblemCode.TooLarge, $"The line is longer than {_options.MaxLine} bytes. It was dropped."));
            }
            else if (!line.Bytes.AsSpan().Trim(" \t\r"u8).IsEmpty)
            {
                await TakeLineAsync(line.Bytes);
            }
        }
    }

    private async ValueTask<Line> NextLineAsync()
    {
        try
        {
            return await _input.ReadAsync(CancellationToken.None);
        }
        catch (IOException)
        {
            // A pipe that broke has ended.
            return default;
        }
    }

    private async Task TakeLineAsync(byte[] line)
    {
        if (!RpcMessage.IsBatch(line))
        {
            await TakeAsync(line, inBatch: false);
        }
        else if (!_session.TakesBatches)
        {
            await _answers.WriteProblemAsync(null, Problem.InvalidRequest("A line holds one JSON-RPC message. Batches are of 2025-03-26 only."));
        }
        else if (RpcMessage.Split(line) is not { } messages)
        {
            await _answers.WriteProblemAsync(null, new Problem(ProblemCode.Malformed, "The batch is not JSON, or is empty."));
        }
        else
        {
            // Each goes its own way. 2025-03-26: responses MAY be batched, so they need not be.
            foreach (var message in messages)
            {
                await TakeAsync(message, inBatch: true);
            }
        }
    }

    private async Task TakeAsync(byte[] utf8, bool inBatch)
    {
        if (!RpcMessage.Read(utf8, out var id).Try(out var message, out var fault))
        {
            await _answers.WriteProblemAsync(id, fault);
            return;
        }

        // 2025-03-26, Lifecycle: initialize MUST NOT be part of a batch.
        if (inBatch && message.Method == LegacyCall.Initialize)
        {
            await _answers.WriteProblemAsync(id, Problem.InvalidRequest("initialize must not be part of a batch."));
            return;
        }

        await (message.Kind switch
        {
            RpcKind.Request => StartAsync(message),
            RpcKind.Notification => NotifyAsync(message),
            _ => AnswerAsync(message),
        });
    }

    private async Task StartAsync(RpcMessage message)
    {
        var call = new Call(message, _lifetime.Token);
        if (!_calls.TryAdd(call))
        {
            call.Dispose();
            await _answers.WriteProblemAsync(null, Problem.InvalidRequest("A request with this id is on its way already."));
            return;
        }

        // Reading pauses here when too many requests wait.
        await _read.WaitAsync(_lifetime.Token);
        var running = RunAsync(call, _session.Ready);
        if (!call.IsModern && message.Method == LegacyCall.Initialize)
        {
            _session.Ready = running;
        }

        _calls.Track(running);
    }

    private async Task RunAsync(Call call, Task ready)
    {
        // The next line is read meanwhile.
        await Task.Yield();
        try
        {
            await _runner.RunAsync(call, call.Request.Method == LegacyCall.Initialize ? Task.CompletedTask : ready);
        }
        finally
        {
            _read.Release();
        }
    }

    private async Task NotifyAsync(RpcMessage message)
    {
        if (message.Method == "notifications/cancelled")
        {
            await CancelAsync(message);
        }
        else if (message.Version is not null)
        {
            await SendAsync(message, async cancel => ModernHeaders.For(message, _tools).Try(out var headers, out var problem) ? await _endpoint.PostAsync(message.Body, headers, cancel) : problem);
        }
        else if (!_session.IsOpen)
        {
            _diagnostics.Note($"the notification {message.Method} was dropped: there is no session that it could belong to");
        }
        else if (message.Method == "notifications/initialized")
        {
            _session.Ready = await _outgoing.AddAsync(() => GuardAsync(cancel => _session.ConfirmAsync(message, cancel)), _lifetime.Token);
        }
        else
        {
            await SendAsync(message, cancel => _session.PostAsync(message, cancel));
        }
    }

    /// <summary>MCP: what cannot be cancelled any more, or never was, is ignored.</summary>
    private async Task CancelAsync(RpcMessage message)
    {
        if (message.IdAt("requestId") is not { } id || !_calls.TryFind(id, out var call) || call.Request.Method == LegacyCall.Initialize)
        {
            return;
        }

        var tell = !call.IsModern && call.IsSent;
        if (!tell)
        {
            // 2026-07-28, Streamable HTTP: closing the response is the cancellation; there is no notification.
            _calls.Remove(call);
            call.Cancel();
            return;
        }

        // Before: a disconnection says nothing, the notification does. No answer is written from now on.
        call.TrySettle();
        await _outgoing.AddAsync(
            async () =>
            {
                await GuardAsync(cancel => DiscardAsync(_session.PostAsync(message, cancel)));
                call.Cancel();
            },
            _lifetime.Token);
    }

    /// <summary>The client's answer to a request of the endpoint.</summary>
    private async Task AnswerAsync(RpcMessage message)
    {
        if (message.Id is not { } id || !_requests.TryTake(id))
        {
            _diagnostics.Note("an answer of the client was dropped: nobody asked, or it was answered already");
            return;
        }

        await SendAsync(message, cancel => _session.PostAsync(message, cancel));
    }

    private async Task SendAsync(RpcMessage message, Func<CancellationToken, Task<Result<EndpointReply>>> send) =>
        await _outgoing.AddAsync(() => GuardAsync(cancel => DiscardAsync(send(cancel))), _lifetime.Token);

    /// <summary>A notification has no answer, so a failure is only noted.</summary>
    private async Task GuardAsync(Func<CancellationToken, Task<Problem?>> send)
    {
        using var patience = new Patience(_options.Silence, TimeProvider.System, _lifetime.Token);
        try
        {
            if (await send(patience.Token) is { } problem)
            {
                _diagnostics.Note($"a message of the client was not taken: {problem.Detail}");
            }
        }
        catch (Exception failure)
        {
            // One message fails; those after it go on.
            _diagnostics.Note($"a message of the client could not be delivered ({failure.GetType().Name})");
        }
    }

    private static async Task<Problem?> DiscardAsync(Task<Result<EndpointReply>> sending)
    {
        if (!(await sending).Try(out var reply, out var problem))
        {
            return problem;
        }

        using (reply)
        {
            return reply.IsSuccess ? null : reply.ToProblem();
        }
    }
}

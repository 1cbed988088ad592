using System.Globalization;
using System.Net;
using System.Text.Json;
using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>
/// The session of the eras before 2026-07-28: what <c>initialize</c> agreed on goes with every later request. A session that the endpoint has lost is opened
/// again as the client had opened it, once for each request that finds it lost (2025-11-25, Session Management: the client MUST start a new one), and is
/// set up as the lost one was before anything else is sent in it.
/// </summary>
internal sealed class LegacySession(EndpointClient endpoint, ServerRequests requests, LegacyStream stream, Diagnostics diagnostics) : IDisposable
{
    private const int MethodNotFound = -32601;
    private readonly SemaphoreSlim _renewal = new(1, 1);
    private readonly SessionSettings _settings = new(diagnostics);
    private volatile Opened? _opened;
    private RpcMessage? _initialize;
    private volatile RpcMessage? _initialized;

    /// <summary>What a session is to HTTP.</summary>
    internal sealed record Opened(string? Id, string Version)
    {
        public IReadOnlyList<Header> Headers { get; } = Id is null
            ? [new Header(ModernHeaders.Version, Version)]
            : [new Header(ModernHeaders.Version, Version), new Header("Mcp-Session-Id", Id)];
    }

    public bool IsOpen => _opened is not null;

    /// <summary>2025-03-26 alone has batches.</summary>
    public bool TakesBatches => _opened?.Version == "2025-03-26";

    /// <summary>Ends when the handshake that began last is over; requests wait for it.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    /// <summary>Takes over what an answer to the client's <c>initialize</c> agreed on.</summary>
    public void Open(RpcMessage initialize, string? id, RpcMessage answer)
    {
        if (Version(answer) is not { } version)
        {
            return;
        }

        (_initialize, _initialized) = (initialize, null);
        _settings.Clear();
        _opened = new Opened(id, version);
    }

    /// <summary>The endpoint has answered a request of this session.</summary>
    public void Learn(RpcMessage request, RpcMessage answer)
    {
        if (answer.Error is null)
        {
            _settings.Learn(request);
        }
    }

    /// <summary>Sends the client's <c>notifications/initialized</c>; from then on the endpoint may speak without being asked.</summary>
    public async Task<Problem?> ConfirmAsync(RpcMessage initialized, CancellationToken cancel)
    {
        _initialized = initialized;
        if (!(await PostAsync(initialized, cancel)).Try(out var reply, out var problem))
        {
            return problem;
        }

        using (reply)
        {
            if (!reply.IsSuccess)
            {
                return reply.ToProblem();
            }
        }

        Listen();
        return null;
    }

    public async Task<Result<EndpointReply>> PostAsync(RpcMessage message, CancellationToken cancel)
    {
        var renewed = false;
        while (true)
        {
            var opened = _opened;
            if (!(await endpoint.PostAsync(message.Body, opened?.Headers ?? [], cancel)).Try(out var reply, out var problem))
            {
                return problem;
            }

            if (renewed || !IsLost(opened, reply))
            {
                if (reply.IsSuccess && stream.GaveUp)
                {
                    Listen();
                }

                return reply;
            }

            reply.Dispose();
            if (await RenewAsync(opened!, cancel) is { } failed)
            {
                return failed;
            }

            renewed = true;
        }
    }

    /// <summary>Goes on with a stream that broke off.</summary>
    public Task<Result<EndpointReply>> ResumeAsync(string lastEventId, CancellationToken cancel) => endpoint.GetAsync(_opened?.Headers ?? [], lastEventId, cancel);

    /// <summary>Tells the endpoint that nobody will come back. It may refuse that (405), and there is nobody left to tell.</summary>
    public async Task EndAsync(TimeSpan within)
    {
        if (_opened is not { Id: not null } opened)
        {
            return;
        }

        using var patience = new CancellationTokenSource(within);
        try
        {
            if ((await endpoint.DeleteAsync(opened.Headers, patience.Token)).Try(out var reply, out _))
            {
                reply.Dispose();
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            diagnostics.Note("the session could not be ended; the endpoint ends it by itself in time");
        }
    }

    public void Dispose() => _renewal.Dispose();

    private void Listen()
    {
        if (_opened is { } opened && _initialized is not null)
        {
            stream.Start(opened, cancel => RenewAsync(opened, cancel));
        }
    }

    // 404 also says that a method is unknown, with a body that says so.
    private static bool IsLost(Opened? opened, EndpointReply reply) =>
        reply.Status == HttpStatusCode.NotFound && opened?.Id is not null && reply.Error?.ErrorCode != MethodNotFound;

    private async Task<Problem?> RenewAsync(Opened lost, CancellationToken cancel)
    {
        await _renewal.WaitAsync(cancel);
        try
        {
            if (!ReferenceEquals(_opened, lost))
            {
                return null;
            }

            diagnostics.Note("the endpoint has lost the session; opening another one");
            var id = RpcId.Of("platform-stdio-renewal");
            var body = RpcWriter.Request(id, "initialize", writer =>
            {
                foreach (var member in _initialize!.Params is { } parameters ? parameters.EnumerateObject() : default)
                {
                    member.WriteTo(writer);
                }
            });
            if (!(await endpoint.AskAsync(body, id, [], cancel)).Try(out var asked, out var problem))
            {
                return problem;
            }

            if (Version(asked.Answer) is not { } version || version != lost.Version)
            {
                return new Problem(ProblemCode.SessionNotFound, "The endpoint has lost the session and does not open another one like it. Start again.");
            }

            var opened = new Opened(asked.SessionId, version);
            if (_initialized is { } initialized && (await SetUpAsync(opened, initialized, cancel)) is { } failed)
            {
                return failed;
            }

            // Only now: who finds the session lost meanwhile waits, so that nothing overtakes the handshake.
            requests.Clear();
            _opened = opened;
        }
        finally
        {
            _renewal.Release();
        }

        Listen();
        return null;
    }

    /// <summary>Confirms a new session and repeats what the client had set up in the lost one. What the endpoint does not grant again is noted.</summary>
    private async Task<Problem?> SetUpAsync(Opened opened, RpcMessage initialized, CancellationToken cancel)
    {
        if (!(await endpoint.PostAsync(initialized.Body, opened.Headers, cancel)).Try(out var reply, out var problem))
        {
            return problem;
        }

        using (reply)
        {
            if (!reply.IsSuccess)
            {
                return reply.ToProblem();
            }
        }

        var settings = _settings.All();
        for (var i = 0; i < settings.Count; i++)
        {
            var setting = settings[i];
            var id = RpcId.Of(string.Create(CultureInfo.InvariantCulture, $"platform-stdio-renewal-{i + 1}"));
            var body = RpcWriter.Request(id, setting.Method, writer => writer.WriteString(setting.Member, setting.Value));
            if (!(await endpoint.AskAsync(body, id, opened.Headers, cancel)).Try(out var asked, out _) || asked.Answer.Error is not null)
            {
                diagnostics.Note($"{setting.Method} of the lost session could not be repeated in the new one");
            }
        }

        return null;
    }

    private static string? Version(RpcMessage answer) =>
        RpcMessage.Find(answer.Result, "protocolVersion") is { ValueKind: JsonValueKind.String } version && version.GetString() is { Length: <= 64 } text && HeaderValue.IsVisible(text) ? text : null;
}

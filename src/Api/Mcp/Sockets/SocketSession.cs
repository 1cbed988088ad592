using System.Collections.Concurrent;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Api.Mcp.Legacy;
using Platform.Api.Mcp.Subscriptions;

namespace Platform.Api.Mcp.Sockets;

/// <summary>A session of the <c>initialize</c> eras on one connection: it lives in this process and ends with the connection, so nothing of it is stored.</summary>
internal sealed class SocketSession(SocketConnection connection, CatalogueListener listener, McpSessionView view, TimeSpan patience, TimeProvider clock) : ILegacySession, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<byte[]>> _asked = new(StringComparer.Ordinal);
    private McpSessionView _view = view;

    public McpSessionView View => Volatile.Read(ref _view);

    public ValueTask<Problem?> SetLogLevelAsync(McpLogLevel level)
    {
        lock (_lock)
        {
            Volatile.Write(ref _view, View with { LogLevel = level });
        }

        return ValueTask.FromResult<Problem?>(null);
    }

    public ValueTask<Problem?> SubscribeAsync(string uri)
    {
        lock (_lock)
        {
            var held = View.Subscriptions;
            if (Array.IndexOf(held, uri) >= 0)
            {
                return ValueTask.FromResult<Problem?>(null);
            }

            if (held.Length >= IMcpSessionGrain.MaxSubscriptions)
            {
                return ValueTask.FromResult<Problem?>(Problem.InvalidParams($"A session may subscribe to {IMcpSessionGrain.MaxSubscriptions} resources; unsubscribe from one first."));
            }

            Want([.. held, uri]);
            return ValueTask.FromResult<Problem?>(null);
        }
    }

    public ValueTask<Problem?> UnsubscribeAsync(string uri)
    {
        lock (_lock)
        {
            Want(Array.FindAll(View.Subscriptions, held => !string.Equals(held, uri, StringComparison.Ordinal)));
            return ValueTask.FromResult<Problem?>(null);
        }
    }

    public async ValueTask<Result<ReadOnlyMemory<byte>>> AskAsync(IMcpExchange exchange, string method, ReadOnlyMemory<byte> parameters, CancellationToken cancel)
    {
        var request = ClientRequest.Make(method, parameters.Span);
        var answered = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[request.Id] = answered;
        try
        {
            await exchange.SendAsync(request.Message);
            return ClientRequest.ResultOf(await answered.Task.WaitAsync(patience, clock, cancel));
        }
        catch (TimeoutException)
        {
            await exchange.SendAsync(request.Cancellation());
            return new Problem(ProblemCode.Timeout, "The client did not answer in time.");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await exchange.SendAsync(request.Cancellation());
            throw;
        }
        finally
        {
            _asked.TryRemove(request.Id, out _);
        }
    }

    public ValueTask AnswerAsync(ReadOnlyMemory<byte> id, ReadOnlyMemory<byte> message)
    {
        if (ClientRequest.IdOf(id.Span) is { } asked && _asked.TryRemove(asked, out var answered))
        {
            answered.TrySetResult(message.ToArray());
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CancelAsync(ReadOnlyMemory<byte> id)
    {
        connection.Running.Cancel(id);
        return ValueTask.CompletedTask;
    }

    /// <summary>Tells the client what changes in its catalogue, until the connection ends.</summary>
    public async Task TellAsync(CancellationToken end)
    {
        try
        {
            while (true)
            {
                var news = await connection.AllowedAsync(await listener.NextAsync(end));
                await TellAsync(news.Tools, CatalogueChangeKind.Tools);
                await TellAsync(news.Prompts, CatalogueChangeKind.Prompts);
                await TellAsync(news.Resources, CatalogueChangeKind.Resources);
                foreach (var uri in news.Uris)
                {
                    await connection.SendAsync(CatalogueMessages.Updated(uri, default));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    public void Dispose() => listener.Dispose();

    private ValueTask<bool> TellAsync(bool isNews, CatalogueChangeKind kind) =>
        isNews ? connection.SendAsync(CatalogueMessages.ListChanged(kind, default)) : ValueTask.FromResult(true);

    private void Want(string[] uris)
    {
        Volatile.Write(ref _view, View with { Subscriptions = uris });
        listener.Want(uris);
    }
}

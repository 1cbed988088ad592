using System.Text;
using Microsoft.AspNetCore.Http;
using Platform.Api.Security;

namespace Platform.Api.Mcp.Transports;

/// <summary>
/// Writes server-sent events as an HTTP answer, one writer at a time. A client that is gone is not an error: nothing more is written.
/// </summary>
internal sealed class SseWire(HttpContext http) : IDisposable
{
    private static readonly byte[] KeepAlive = ":\n\n"u8.ToArray();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _started;
    private bool _ended;

    /// <summary>True once the answer has begun: its status is 200.</summary>
    public bool IsStarted => Volatile.Read(ref _started);

    /// <summary>Sends the head of the answer, if it was not sent yet.</summary>
    public async ValueTask StartAsync(string? sessionId = null)
    {
        await _turn.WaitAsync();
        try
        {
            if (_started || _ended)
            {
                return;
            }

            _started = true;
            var response = http.Response;
            response.StatusCode = StatusCodes.Status200OK;
            SecurityHeaders.Api(response.Headers);
            response.ContentType = "text/event-stream";

            // MCP 2026-07-28, Receiving Messages: proxies must not hold events back.
            response.Headers["X-Accel-Buffering"] = "no";
            if (sessionId is not null)
            {
                response.Headers["Mcp-Session-Id"] = sessionId;
            }

            await response.StartAsync(http.RequestAborted);
            await response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        catch (Exception failure) when (IsGone(failure))
        {
            _ended = true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>One event.</summary>
    /// <param name="id">Null for streams that cannot be resumed.</param>
    /// <param name="data">A JSON message; empty for an event that only primes the client.</param>
    /// <param name="retry">Milliseconds after which a client that lost the stream should come back.</param>
    /// <returns>False when the client is gone.</returns>
    public async ValueTask<bool> WriteAsync(string? id, ReadOnlyMemory<byte> data, int? retry = null)
    {
        using var frame = new PooledBuffer();
        if (id is not null)
        {
            frame.Write(Encoding.ASCII.GetBytes($"id: {id}\n"));
        }

        if (retry is { } wait)
        {
            frame.Write(Encoding.ASCII.GetBytes($"retry: {wait}\n"));
        }

        frame.Write("data: "u8);
        var begin = frame.Length;
        frame.Write(data.Span);

        // A line break would end the field. Between the tokens of JSON, the only place where one can stand, a space says the same.
        frame.Replace(begin, (byte)'\n', (byte)' ');
        frame.Replace(begin, (byte)'\r', (byte)' ');
        frame.Write("\n\n"u8);
        return await SendAsync(frame.Written);
    }

    /// <summary>Lets somebody else write one whole event.</summary>
    public async ValueTask LendAsync(Func<ValueTask> write)
    {
        await _turn.WaitAsync();
        try
        {
            if (!_ended)
            {
                await write();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A comment, so that nobody between takes a quiet stream for a dead one.</summary>
    public ValueTask<bool> KeepAliveAsync() => SendAsync(KeepAlive);

    /// <summary>Ends the answer while its request goes on.</summary>
    public async ValueTask EndAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (!_ended)
            {
                _ended = true;
                await http.Response.CompleteAsync();
            }
        }
        catch (Exception failure) when (IsGone(failure))
        {
            // It has ended by itself.
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Nothing more is written: the connection is about to serve another request.</summary>
    public async ValueTask LeaveAsync()
    {
        await _turn.WaitAsync();
        _ended = true;
        _turn.Release();
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> frame)
    {
        await _turn.WaitAsync();
        try
        {
            if (_ended)
            {
                return false;
            }

            var flushed = await http.Response.BodyWriter.WriteAsync(frame, http.RequestAborted);
            _ended = flushed.IsCompleted || flushed.IsCanceled;
            return !_ended;
        }
        catch (Exception failure) when (IsGone(failure))
        {
            _ended = true;
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static bool IsGone(Exception failure) => failure is OperationCanceledException or IOException or ObjectDisposedException;
}

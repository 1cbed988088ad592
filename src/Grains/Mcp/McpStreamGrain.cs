using System.Text;
using System.Text.Json.Serialization;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Grains.Storage;

namespace Platform.Grains.Mcp;

public sealed record McpStreamState : IProjected
{
    public string Principal { get; init; } = "";
    public bool IsListening { get; init; }
    public byte[] RequestId { get; init; } = [];
    public long First { get; init; } = 1;
    public byte[][] Messages { get; init; } = [];
    public bool IsComplete { get; init; }
    public long Mark { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    [JsonIgnore]
    public string? Info => null;
}

/// <summary>Messages that arrive while others are being written go to disk together with the next write.</summary>
[GrainType("mcp-stream")]
internal sealed class McpStreamGrain(
    [PersistentState("stream")] IPersistentState<McpStreamState> state,
    TimeProvider clock) : Grain, IMcpStreamGrain
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(15);

    private const string Interrupted = """
        "error":{"code":-32603,"message":"Internal server error.","data":{"code":"interrupted"}}
        """;

    private MessageRing _ring = new();
    private DateTimeOffset _beat;
    private Task? _writing;
    private TaskCompletionSource _news = NewSource();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _ring = new MessageRing(state.State.First, state.State.Messages, state.State.IsComplete, state.State.Mark);

        // The owner may have beaten on another silo until a moment ago.
        _beat = clock.GetUtcNow();
        return Task.CompletedTask;
    }

    public async Task<Problem?> OpenAsync(OpenMcpStream command, Caller caller)
    {
        if (state.RecordExists)
        {
            return Problem.Conflict("The stream exists.");
        }

        await state.SaveAsync(new McpStreamState
        {
            Principal = caller.Principal,
            IsListening = command.IsListening,
            RequestId = command.RequestId,
            ExpiresAt = clock.GetUtcNow() + Life,
        });
        return null;
    }

    public async Task<long> AppendAsync(byte[] message, bool isLast, long mark, Caller caller)
    {
        if (!IsOf(caller) || _ring.IsComplete)
        {
            return 0;
        }

        _beat = clock.GetUtcNow();
        var sequence = _ring.Add(message, isLast, mark);
        await StoreAsync(sequence);
        return sequence;
    }

    public Task BeatAsync()
    {
        _beat = clock.GetUtcNow();

        // A listening stream may be quiet for long and must still be there when its client comes back.
        return state.RecordExists && state.State.ExpiresAt - _beat < Life / 2 ? StoreAsync(long.MaxValue) : Task.CompletedTask;
    }

    public async Task<Result<McpStreamPage>> ReadAsync(long after, TimeSpan patience, Caller caller)
    {
        if (!IsOf(caller))
        {
            return new Problem(ProblemCode.SessionNotFound, "There is no such event stream, or no longer.");
        }

        await EndInterruptedAsync();
        if (after >= _ring.Stored && !_ring.IsComplete && patience > TimeSpan.Zero)
        {
            var news = _news.Task;
            try
            {
                await news.WaitAsync(patience < LongestPatience ? patience : LongestPatience, clock);
            }
            catch (TimeoutException)
            {
                // Nothing new: an empty page says so.
            }
        }

        return _ring.PageAfter(after);
    }

    public Task<Result<OpenMcpStream>> DescribeAsync(Caller caller) =>
        Task.FromResult<Result<OpenMcpStream>>(IsOf(caller)
            ? new OpenMcpStream(state.State.IsListening, state.State.RequestId)
            : new Problem(ProblemCode.SessionNotFound, "There is no such event stream, or no longer."));

    private bool IsOf(Caller caller)
    {
        if (!state.RecordExists)
        {
            DeactivateOnIdle();
            return false;
        }

        return clock.GetUtcNow() < state.State.ExpiresAt && string.Equals(state.State.Principal, caller.Principal, StringComparison.Ordinal);
    }

    /// <summary>The node that ran the request is gone: whoever resumes must not wait for ever.</summary>
    private async Task EndInterruptedAsync()
    {
        if (_ring.IsComplete || state.State.IsListening || clock.GetUtcNow() - _beat < Silence)
        {
            return;
        }

        var text = $"{{\"jsonrpc\":\"2.0\",\"id\":{Encoding.UTF8.GetString(state.State.RequestId)},{Interrupted}}}";
        await StoreAsync(_ring.Add(Encoding.UTF8.GetBytes(text), isLast: true, _ring.Mark));
    }

    private async Task StoreAsync(long sequence)
    {
        while (_ring.Stored < sequence)
        {
            if (_writing is { } writing)
            {
                await writing;
                if (sequence == long.MaxValue)
                {
                    return;
                }

                continue;
            }

            _writing = WriteAsync();
            try
            {
                await _writing;
            }
            catch
            {
                // What is in memory is not on disk: the next activation starts from what is.
                DeactivateOnIdle();
                throw;
            }
            finally
            {
                _writing = null;
            }

            if (sequence == long.MaxValue)
            {
                return;
            }
        }
    }

    private async Task WriteAsync()
    {
        var (first, messages, last) = _ring.Snapshot();
        await state.SaveAsync(state.State with
        {
            First = first,
            Messages = messages,
            IsComplete = _ring.IsComplete,
            Mark = _ring.Mark,
            ExpiresAt = clock.GetUtcNow() + Life,
        });
        _ring.Stored = last;
        var news = _news;
        _news = NewSource();
        news.TrySetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

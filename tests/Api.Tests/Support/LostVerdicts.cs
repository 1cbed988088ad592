using Platform.Abstractions.Keys;

namespace Platform.Api.Tests.Support;

/// <summary>Keys whose grain does not answer, as while a silo restarts.</summary>
internal sealed class LostVerdicts : IIncomingGrainCallFilter
{
    private volatile bool _areLost;
    private int _lost;

    public bool AreLost { get => _areLost; set => _areLost = value; }

    /// <summary>How many questions were lost.</summary>
    public int Lost => Volatile.Read(ref _lost);

    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (_areLost && context.Grain is IKeyGrain && string.Equals(context.MethodName, nameof(IKeyGrain.VerifyAsync), StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _lost);
            throw new TimeoutException("Nobody answers.");
        }

        return context.Invoke();
    }
}

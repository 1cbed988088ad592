using System.Diagnostics;

namespace Platform.Fuzz;

/// <summary>An input that made a target throw.</summary>
internal sealed record Finding(byte[] Input, Exception Failure)
{
    public override string ToString() => $"{Failure.GetType().Name}: {Failure.Message} (input, Base64: {Convert.ToBase64String(Input)})";
}

/// <summary>One coverage-guided run of one target: inputs that reach new code are kept and mutated further.</summary>
internal sealed class FuzzRun
{
    private readonly FuzzTarget _target;
    private readonly Action<byte[]> _run;
    private readonly Mutator _mutator;
    private readonly CoverageMap _map = new();
    private readonly List<byte[]> _pool = [];

    public FuzzRun(FuzzTarget target, ulong seed)
    {
        (_target, _mutator) = (target, new Mutator(seed));
        _run = InstrumentedCode.Bind(target);
    }

    public long Executions { get; private set; }

    public int Edges => _map.Edges;

    /// <summary>Inputs that reached something new, in the order in which they did.</summary>
    public IReadOnlyList<byte[]> Pool => _pool;

    /// <summary>Runs inputs as they are; the first that throws.</summary>
    public Finding? Replay(IEnumerable<byte[]> inputs)
    {
        foreach (var input in inputs)
        {
            if (Try(input) is { } finding)
            {
                return finding;
            }
        }

        return null;
    }

    /// <summary>Mutates until something throws, the time is over, or so many inputs were tried.</summary>
    public Finding? Fuzz(TimeSpan time, long most = long.MaxValue)
    {
        var started = Stopwatch.GetTimestamp();
        while (Executions < most && Stopwatch.GetElapsedTime(started) < time)
        {
            var parent = _pool.Count == 0 ? [] : _pool[_mutator.Below(_pool.Count)];
            if (Try(_mutator.Mutate(parent, _target, _pool)) is { } finding)
            {
                return finding;
            }
        }

        return null;
    }

    private Finding? Try(byte[] input)
    {
        Executions++;
        CoverageMap.Clear();
        try
        {
            _run(input);
        }
        catch (Exception failure)
        {
            return new Finding(input, failure);
        }

        if (_map.Absorb())
        {
            _pool.Add(input);
        }

        return null;
    }
}

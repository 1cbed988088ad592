namespace Platform.Bench.Runner;

/// <summary>What one run does, and for how long.</summary>
internal sealed record Options
{
    public required string Repository { get; init; }
    public required string Mode { get; init; }
    public required int Rounds { get; init; }
    public required int WarmupSeconds { get; init; }
    public required int WarmupCalls { get; init; }
    public required int OpenLoopSamples { get; init; }
    public required int Repeats { get; init; }
    public required TimeSpan Deadline { get; init; }
    public required Func<int, int> Seconds { get; init; }
    public bool BaselinesOnly { get; init; }
    public string? ProductDll { get; init; }

    public static readonly int[] Connections = [1, 16, 64];

    /// <summary>Runs with more foreign CPU than this share of the machine are repeated, and marked if it does not get better.</summary>
    public const double ForeignLimit = 0.15;

    public static Options Parse(string[] args)
    {
        string? repository = null, mode = null, product = null;
        var baselinesOnly = false;
        int? seconds = null, rounds = null;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--repository": repository = args[++i]; break;
                case "--product": product = args[++i]; break;
                case "--baselines-only": baselinesOnly = true; break;
                case "--seconds": seconds = int.Parse(args[++i], null); break;
                case "--rounds": rounds = int.Parse(args[++i], null); break;
                case "quick" or "full" or "limits" when mode is null: mode = args[i]; break;
                default: throw new ArgumentException($"Unknown argument: {args[i]}", nameof(args));
            }
        }

        var full = string.Equals(mode, "full", StringComparison.Ordinal);
        return new Options
        {
            Repository = repository ?? Directory.GetCurrentDirectory(),
            Mode = mode ?? throw new ArgumentException("Say quick, full or limits.", nameof(args)),
            Rounds = rounds ?? (full ? 5 : 3),
            WarmupSeconds = seconds ?? (full ? 10 : 2),
            WarmupCalls = full && seconds is null ? 50_000 : 0,
            OpenLoopSamples = full ? (seconds is null ? 30_000 : 1_000 * seconds.Value) : 2_000,
            Repeats = full ? 12 : 0,
            Deadline = full ? TimeSpan.FromMinutes(21) : TimeSpan.FromMinutes(2.5),
            Seconds = connections => seconds ?? (full ? 8 : connections == 1 ? 1 : 2),
            BaselinesOnly = baselinesOnly,
            ProductDll = product,
        };
    }
}

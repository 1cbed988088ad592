using System.Globalization;

namespace Platform.Bench.AuditLog;

/// <param name="Rows">Events in the full trail.</param>
/// <param name="Rounds">How often each contestant runs.</param>
/// <param name="Time">How long each time.</param>
/// <param name="Results">Where the results go.</param>
internal sealed record BenchOptions(int Rows, int Rounds, TimeSpan Time, string Results)
{
    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions(1_000_000, 3, TimeSpan.FromSeconds(3), Path.Combine("bench", "results"));
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} needs a value.", nameof(args));
            options = args[i] switch
            {
                "--rows" => options with { Rows = Number(value) },
                "--rounds" => options with { Rounds = Number(value) },
                "--seconds" => options with { Time = TimeSpan.FromSeconds(Number(value)) },
                "--results" => options with { Results = value },
                _ => throw new ArgumentException($"Unknown argument: {args[i]}", nameof(args)),
            };
        }

        return options;
    }

    private static int Number(string value) => int.Parse(value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}

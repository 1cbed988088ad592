using System.Globalization;
using System.Security.Cryptography;
using Platform.Fuzz;

var keep = args.Contains("--keep", StringComparer.Ordinal);
string[] rest = [.. args.Where(arg => arg != "--keep")];
if (!int.TryParse(rest.ElementAtOrDefault(0) ?? "60", NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
{
    Console.Error.WriteLine("tests/fuzz [seconds per target] [target] [--keep]");
    return 2;
}

FuzzTarget[] targets = [.. FuzzTarget.All.Where(target => rest.Length < 2 || target.Name == rest[1])];
if (targets.Length == 0)
{
    Console.Error.WriteLine($"There is no target '{rest[1]}'; choose from {string.Join(", ", FuzzTarget.All.Select(target => target.Name))}.");
    return 2;
}

var found = 0;
foreach (var target in targets)
{
    var seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    var run = new FuzzRun(target, seed);
    var finding = run.Replay(Corpus.Read(target)) ?? run.Fuzz(TimeSpan.FromSeconds(seconds));
    var added = keep && finding is null ? Corpus.Keep(target, run.Pool) : 0;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: {run.Executions:N0} inputs, {run.Edges} branches, {run.Pool.Count} inputs that reached something new, {added} kept, seed {seed}"));
    if (finding is not null)
    {
        found++;
        Console.WriteLine($"  FOUND {finding}");
        Console.WriteLine($"  written to {Corpus.Report(target, finding)}");
        Console.WriteLine(finding.Failure);
    }
}

return found == 0 ? 0 : 1;

using System.Security.Cryptography;

namespace Platform.Fuzz;

/// <summary>The kept inputs of a target: seeds written by hand, inputs that reached new code, and those that once found something.</summary>
internal static class Corpus
{
    /// <summary>Most bytes kept for one target.</summary>
    private const int MaxBytes = 30_000;

    public static string FolderOf(FuzzTarget target) => Path.Combine(Root(), "tests", "Fuzz", "corpus", target.Name);

    public static IReadOnlyList<byte[]> Read(FuzzTarget target) =>
        Directory.Exists(FolderOf(target)) ? [.. Directory.EnumerateFiles(FolderOf(target)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] : [];

    /// <summary>Adds what a run found new, shortest first, leaving out what reaches nothing that is not reached already.</summary>
    public static int Keep(FuzzTarget target, IReadOnlyList<byte[]> pool)
    {
        var kept = Read(target);
        var run = new FuzzRun(target, seed: 0);
        run.Replay(kept);
        var size = kept.Sum(input => input.Length);
        var added = 0;
        foreach (var input in pool.OrderBy(input => input.Length))
        {
            var reached = run.Pool.Count;
            run.Replay([input]);
            if (run.Pool.Count == reached || size + input.Length > MaxBytes)
            {
                continue;
            }

            Write(FolderOf(target), input);
            (size, added) = (size + input.Length, added + 1);
        }

        return added;
    }

    /// <summary>Where a finding was written.</summary>
    public static string Report(FuzzTarget target, Finding finding) => Write(Path.Combine(Root(), "artifacts", "fuzz", target.Name), finding.Input);

    private static string Write(string folder, byte[] input)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(input))[..16]);
        File.WriteAllBytes(file, input);
        return file;
    }

    private static string Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Platform.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException("Run it from a checkout: the corpus is in tests/Fuzz/corpus.");
    }
}

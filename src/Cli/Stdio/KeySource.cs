using Platform.Abstractions.Problems;
using Platform.Cli.Terminals;

namespace Platform.Cli.Stdio;

/// <summary>Where the key comes from: a file or the environment. Never an argument, which every local user can read, and never standard input, which is the protocol's.</summary>
internal static class KeySource
{
    public const string DefaultVariable = "MOCOPR_KEY";
    private const int MaxLength = 8 * 1024;

    /// <param name="file">Read when given; the environment is not asked then.</param>
    /// <param name="variable">Name of the environment variable that holds the key.</param>
    public static async Task<Result<string>> ReadAsync(FileInfo? file, string variable, Diagnostics diagnostics, CancellationToken cancel)
    {
        if (file is null)
        {
            // A host hands the key to its child this way, under a name that only the command line knows.
            var value = Variables.Read(variable);
            return value is { Length: > 0 }
                ? Judge(value.Trim(), $"the environment variable {variable}")
                : Problem.InvalidParams($"There is no key: set the environment variable {variable}, or name a file with --key-file.");
        }

        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.FullName) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != UnixFileMode.None)
            {
                diagnostics.Note("other users can read the key file; chmod 600 it");
            }

            using var stream = file.OpenRead();
            using var reader = new StreamReader(stream);
            var buffer = new char[MaxLength + 1];
            var length = await reader.ReadBlockAsync(buffer, cancel);
            return Judge(new string(buffer, 0, length).Trim(), "the key file");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Problem.InvalidParams("The key file cannot be read.");
        }
    }

    private static Result<string> Judge(string key, string where)
    {
        if (key.Length is 0 or > MaxLength || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return Problem.InvalidParams($"What {where} holds is not a key: one line of visible ASCII is expected.");
        }

        return key.StartsWith("mcpm_", StringComparison.Ordinal)
            ? Problem.InvalidParams($"What {where} holds is a management key (mcpm_…). MCP endpoints take an MCP key (mcpk_…).")
            : key;
    }
}

using System.Text;
using Platform.Cli.Outcomes;

namespace Platform.Cli.Terminals;

/// <summary>Files that hold secrets: nobody but their owner reads or writes them, and they are written where they are named, not where a link leads.</summary>
internal static class ProtectedFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = Owner | UnixFileMode.UserExecute;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private const UnixFileMode OtherWriters = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const int MaxLength = 64 * 1024;

    /// <summary>What is in it. Refuses a file that others can read or change.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="mayBeLink">For files that the user names; those of the tool are never links.</param>
    public static async Task<Outcome<string>> ReadAsync(string path, bool mayBeLink, CancellationToken cancel)
    {
        try
        {
            if (!mayBeLink && new FileInfo(path).LinkTarget is not null)
            {
                return Refusal.Usage($"{path} is a link. Remove it and sign in again.");
            }

            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != UnixFileMode.None)
            {
                return Refusal.Usage($"Others can read or change {path}, so it is not used. If it was there for long, replace what is in it; then: chmod 600 {path}");
            }

            using var reader = new StreamReader(stream, Encoding.UTF8);
            var buffer = new char[MaxLength + 1];
            var length = await reader.ReadBlockAsync(buffer, cancel);
            return length > MaxLength ? Refusal.Usage($"{path} is too long.") : new string(buffer, 0, length);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Refusal(ExitCode.Usage, $"There is no file {path}.");
        }
        catch (Exception failure) when (IsOfFile(failure))
        {
            return Refusal.Usage($"{path} cannot be read.");
        }
    }

    /// <summary>Makes a folder that its owner alone may look into; refuses one that others can write to.</summary>
    public static Refusal? MakeFolder(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
                return null;
            }

            Directory.CreateDirectory(path, OwnersFolder);
            return (File.GetUnixFileMode(path) & OtherWriters) == UnixFileMode.None ? null : Refusal.Usage($"Others can write to {path}. chmod 700 {path}");
        }
        catch (Exception failure) when (IsOfFile(failure))
        {
            return Refusal.Usage($"The folder {path} cannot be made.");
        }
    }

    /// <summary>Replaces the file as a whole. A link in its place is refused. When it fails, nothing is left beside it.</summary>
    public static async Task<Refusal?> ReplaceAsync(string path, string text, CancellationToken cancel)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            return Refusal.Usage($"{path} is a link, and secrets are not written through links. Remove it.");
        }

        var beside = Beside(path);
        if (!Create(beside).Try(out var stream, out var refused))
        {
            return refused;
        }

        var isInPlace = false;
        try
        {
            await using (stream)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
            isInPlace = true;
            return null;
        }
        catch (Exception failure) when (IsOfFile(failure))
        {
            return Refusal.Usage($"{path} cannot be written.");
        }
        finally
        {
            if (!isInPlace)
            {
                File.Delete(beside);
            }
        }
    }

    /// <summary>Deletes the file, and what a process that was killed while it replaced it left beside it.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        if (Path.GetDirectoryName(path) is { } folder && Directory.Exists(folder))
        {
            foreach (var left in Directory.EnumerateFiles(folder, Path.GetFileName(path) + ".*").Where(left => IsBeside(path, left)))
            {
                File.Delete(left);
            }
        }
    }

    /// <summary>A new file; refuses where there is one already, a link included.</summary>
    public static Outcome<FileStream> Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Owner;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (IOException) when (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
        {
            return Refusal.Usage($"{path} is there already. Secrets are written to new files only.");
        }
        catch (Exception failure) when (IsOfFile(failure))
        {
            return Refusal.Usage($"{path} cannot be written.");
        }
    }

    private static string Beside(string path) => $"{path}.{Guid.NewGuid():N}";

    private static bool IsBeside(string path, string other) => Guid.TryParseExact(Path.GetFileName(other)[(Path.GetFileName(path).Length + 1)..], "N", out _);

    /// <summary>Also for a path that is none.</summary>
    private static bool IsOfFile(Exception failure) => failure is IOException or UnauthorizedAccessException or ArgumentException;
}

using System.Runtime.InteropServices;

namespace Platform.Silo.Files;

/// <summary>Why the kernel did not do something; the default is that it did.</summary>
internal readonly record struct FileFault(int Number)
{
    private const int NoPermission = 1, NoEntry = 2, Interrupted = 4, NoDevice = 6, Again = 11, Access = 13, Exists = 17, OtherDevice = 18, NoDirectory = 20,
        IsDirectory = 21, NameTooLong = 36, NotEmpty = 39, Loop = 40;

    public static FileFault Last => new(Marshal.GetLastPInvokeError());

    public bool IsNone => Number == 0;

    public bool IsPassing => Number is Interrupted or Again;

    public bool IsAbsent => Number == NoEntry;

    public bool IsThere => Number == Exists;

    public bool IsNotEmpty => Number is NotEmpty or Exists;

    /// <summary>A folder, which is not unlinked as files are.</summary>
    public bool IsFolder => Number is IsDirectory or NoPermission;

    /// <summary>The path leads to nothing of ours: a link, a pipe without a writer, another file system, a file where a folder should be, what we may not read.</summary>
    public bool IsNotOurs => Number is NoEntry or NoDevice or Access or OtherDevice or NoDirectory or IsDirectory or NameTooLong or Loop;

    /// <summary>The path leads out of the folder it began in.</summary>
    public bool IsEscape => Number == OtherDevice;

    /// <summary>For what should not happen; carries no path.</summary>
    public IOException Error(string attempt) => new($"Cannot {attempt}: error {Number}.");
}

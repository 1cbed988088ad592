using Platform.Silo.Storage;

namespace Platform.Silo.Tests;

/// <summary>A path of its own for one test; gone afterwards.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"platform-{Guid.NewGuid():N}");

    public string this[string file] => System.IO.Path.Combine(Path, file);

    public DataDirectory Open() => DataDirectory.Open(Path);

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}

using Platform.Silo.Storage;

namespace Platform.Silo.OAuth;

/// <summary><c>oauth.db</c>: a file of its own, because one file has one writer. Made, checked and migrated before anything else starts.</summary>
internal sealed class OAuthFile
{
    public OAuthFile(DataDirectory directory)
    {
        Path = directory.OAuthFile;
        SqliteFile.OpenWriter(Path, Schema).Dispose();
    }

    public string Path { get; }

    /// <summary>What EF Core's model needs, as text; a test compares the two.</summary>
    public static SqliteSchema Schema { get; } = new(0x4D434F41, Read("oauth-1.sql"));

    private static string Read(string name)
    {
        using var stream = typeof(OAuthFile).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

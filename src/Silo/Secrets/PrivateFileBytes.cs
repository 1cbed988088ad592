using Platform.Silo.Storage;

namespace Platform.Silo.Secrets;

/// <summary>Reads the vault's files: only when they are private, and never more than expected.</summary>
internal static class PrivateFileBytes
{
    private const int MaxTextBytes = 64 << 10;

    /// <summary>A private file of text: a key in PEM, say.</summary>
    /// <exception cref="DataDirectoryException">As below, or it is not there.</exception>
    public static string ReadText(string path)
    {
        try
        {
            return System.Text.Encoding.UTF8.GetString(Read(path, MaxTextBytes));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"The file {path} cannot be read ({fault.Message}); check its path and owner.", fault);
        }
    }

    /// <exception cref="DataDirectoryException">Group or others have rights on the file, or it belongs to another user.</exception>
    /// <exception cref="VaultTamperedException">It is too big.</exception>
    public static byte[] Read(string path, int maxBytes)
    {
        using var file = File.OpenHandle(path);
        if (!PrivateFiles.IsPrivate(file))
        {
            throw new DataDirectoryException($"The file {path} is open to other users or belongs to one; chmod 600 it, give it to this user, and consider its secrets known.");
        }

        var length = RandomAccess.GetLength(file);
        if (length > maxBytes)
        {
            throw new VaultTamperedException($"The vault's file {path} is larger than the vault writes it; restore the vault from a backup.");
        }

        var content = new byte[length];
        return RandomAccess.Read(file, content, 0) == content.Length
            ? content
            : throw new VaultTamperedException($"The vault's file {path} is cut short; restore the vault from a backup.");
    }
}

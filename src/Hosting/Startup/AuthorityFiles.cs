using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.Hosting.Startup;

/// <summary>PEM files of authorities that operators name.</summary>
public static class AuthorityFiles
{
    /// <summary>Its certificates; none when it is missing, may not be read by this user, or is something else.</summary>
    public static X509Certificate2Collection Read(string path)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            authorities.Clear();
        }

        return authorities;
    }
}

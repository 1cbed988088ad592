using System.Security.Cryptography.X509Certificates;

namespace Platform.Admin.Management;

/// <summary>
/// How the console knows an https management listener that is a part of its own process: by its very certificate, whoever issued it and whatever it names. A host that
/// registers none leaves the judgement to the system's roots.
/// </summary>
/// <param name="isIt">True for the certificate that the listener serves now.</param>
public sealed class ManagementServer(Func<X509Certificate?, bool> isIt)
{
    internal bool IsIt(X509Certificate? certificate) => isIt(certificate);
}

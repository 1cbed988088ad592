using System.Net;
using System.Runtime.InteropServices;

namespace Platform.Abstractions.Identity;

/// <summary>What conditions are judged by. Nothing of it comes from a request's body or from headers that a client can choose.</summary>
/// <param name="Now">When.</param>
/// <param name="Address">The client's, as the transport knows it; null when it does not.</param>
/// <param name="Trust">Of the credential.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AccessContext(DateTimeOffset Now, IPAddress? Address, TrustLevel Trust);

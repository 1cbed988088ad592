namespace Platform.Admin.Session;

/// <summary>
/// REST no longer knows the session. Thrown, not returned, because every page would have to do the same with it: <c>ConsoleGate</c> drops the cookie and
/// asks for a new sign-in.
/// </summary>
internal sealed class SessionEndedException() : Exception("The management API refused the console's session.");

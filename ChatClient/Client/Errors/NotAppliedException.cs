namespace PaxosShard.Client;

/// <summary>
/// The request was certainly not applied and never will be: no copy of it was sent, or every copy was refused (rule 9).
/// It may be sent again.
/// </summary>
/// <param name="reason">Why, as a sentence.</param>
public class NotAppliedException(string reason) : Exception(reason);

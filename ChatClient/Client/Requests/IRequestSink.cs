using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>Where requests are put on their way. Never blocks and never fails: a connection that broke says so by its end.</summary>
internal interface IRequestSink
{
    /// <summary>Puts a request behind those before it.</summary>
    void Write(ClientRequest request);
}

using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Clusters;

/// <summary>Decides over single frames: how scripted scenarios lose, hold and watch what they name.</summary>
public interface IFrameTap
{
    /// <summary>A replica sends a message to another one; false when it does not go its usual way.</summary>
    bool Passes(int from, int to, Message message);
}

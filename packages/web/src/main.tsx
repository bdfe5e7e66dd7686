import './style/tokens.css';
import './style/base.css';
import './style/parts.css';
import './style/progress.css';
import './style/menus.css';
import './style/groups.css';
import './style/group.css';
import './style/flame.css';
import { render } from 'preact';
import { App } from './app.tsx';

const host = document.getElementById('app');
if (host) render(<App />, host);
